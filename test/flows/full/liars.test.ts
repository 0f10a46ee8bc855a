import { expectCaught, type Liar } from '../support/liars.ts'
import { openTheatre, run, type Theatre } from '../support/theatre.ts'

const LIARS: readonly Liar[] = [
  { name: 'one element deep inside, everything downstream recomputed', fault: '3:100', end: 'proof' },
  { name: 'an element of the first operator', fault: '0:1', end: 'proof' },
  { name: 'an element of the last operator', fault: '5:3', end: 'proof' },
  { name: 'only the final output', fault: 'output:9', end: 'proof' },
  { name: 'several elements at several places', fault: '1:5+2:300+4:10', end: 'proof' },
  { name: 'an element in a promoted leaf', fault: '2:1566', end: 'proof' },
  { name: 'a malformed leaf', fault: 'padding:5', end: 'timeout' },
  { name: 'silence after the challenge', fault: '2:300@0', end: 'timeout' },
  { name: 'silence after the commit', fault: '2:300@1', end: 'timeout' },
  { name: 'silence in the middle', fault: '2:300@2', end: 'timeout' },
  { name: 'a trace that ends elsewhere than the posted output', fault: 'elsewhere', end: 'timeout' },
]

describe('every lying executor, as a process', function () {
  this.timeout(180_000)
  let theatre: Theatre

  before(async () => {
    theatre = await openTheatre()
    await run(theatre, 'challenger', 'challenger')
  })
  after(() => theatre.stage.close())

  for (const liar of LIARS) it(liar.name, () => expectCaught(theatre, liar))
})
