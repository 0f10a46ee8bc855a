import assert from 'node:assert/strict'
import {
  type Address,
  challengerMoves,
  type GameView,
  type Mischief,
  mischiefMoves,
  type Move,
  responderMoves,
  type Trace,
  traceOf,
} from '@plumbline/dispute'
import { runCompiled } from '@plumbline/runtime'
import { type Case, type Court, on, openCourt, play, type Player, post, register } from './support/court.ts'
import { everyKind, longTrace, oneStep, wideTensor, type Workload } from './support/programs.ts'

const MISCHIEF: Readonly<Record<string, { readonly workload: () => Workload; readonly mischief: Mischief }>> =
  {
    'silent after its challenge': { workload: everyKind, mischief: { seed: 1, silentAfter: 0 } },
    'silent in the middle': { workload: longTrace, mischief: { seed: 2, silentAfter: 1 } },
    'silent before its proof': { workload: everyKind, mischief: { seed: 3 } },
    'down a trace of two groups': { workload: longTrace, mischief: { seed: 4 } },
    'down a wide tensor': { workload: wideTensor, mischief: { seed: 5 } },
    'down a program of one step': { workload: oneStep, mischief: { seed: 6 } },
    'gives up after the commit': { workload: everyKind, mischief: { seed: 7, withdrawAfter: 0 } },
    'gives up in the middle': { workload: wideTensor, mischief: { seed: 8, withdrawAfter: 2 } },
    'five challenges at once, all over the trace': {
      workload: longTrace,
      mischief: { seed: 9, challenges: 5 },
    },
  }

describe('an honest executor', function () {
  this.timeout(600_000)
  let court: Court

  before(async () => {
    court = await openCourt()
  })

  for (const [index, [name, { workload, mischief }]] of Object.entries(MISCHIEF).entries())
    it(`beats a challenger who is ${name}, and is paid its gas`, async () => {
      const { matter, honest } = await honestCase(court, workload())
      const troublemaker = court.others[index]!
      const earned = await creditOf(court)
      const { sent, view } = await play(matter, [
        executor(court, honest),
        {
          name: 'troublemaker',
          signer: troublemaker,
          moves: (v) => mischiefMoves(v, troublemaker.address as Address, mischief),
        },
      ])
      assert.equal(view.result.phase, 'posted')
      assert.equal(view.challenges.length, mischief.challenges ?? 1)
      assert.ok(view.challenges.every(({ ended }) => ended))
      const spent = sent
        .filter(({ move }) => ['commit', 'open', 'openLeaves'].includes(move.kind))
        .reduce((sum, { gasUsed }) => sum + gasUsed, 0n)
      const paid = ((await creditOf(court)) - earned) / 10n ** 9n
      assert.ok(paid >= spent, `metered ${paid}, spent ${spent}`)
      await assertFinal(matter)
    })

  it('lets an honest challenger do nothing', async () => {
    const { matter, honest } = await honestCase(court, everyKind())
    const bystander = court.others[0]!
    const { sent } = await play(matter, [
      executor(court, honest),
      {
        name: 'challenger',
        signer: bystander,
        moves: (v) => challengerMoves(v, bystander.address as Address, honest),
      },
    ])
    assert.equal(sent.length, 0)
    await assertFinal(matter)
  })

  it('may have its responder answer', async () => {
    const { matter, honest } = await honestCase(court, everyKind())
    const troublemaker = court.others[0]!
    const { view } = await play(matter, [
      { ...executor(court, honest), signer: court.responder },
      {
        name: 'troublemaker',
        signer: troublemaker,
        moves: (v) => mischiefMoves(v, troublemaker.address as Address, { seed: 1 }),
      },
    ])
    assert.equal(view.result.phase, 'posted')
    await assertFinal(matter)
  })
})

async function honestCase(
  court: Court,
  { program, constants, inputs }: Workload,
): Promise<{ matter: Case; honest: Trace }> {
  const honest = traceOf(program, constants, inputs, await runCompiled(program, constants, inputs))
  return { matter: await post(court, honest, await register(court, program)), honest }
}

const executor = (court: Court, trace: Trace): Player => ({
  name: 'executor',
  signer: court.executor,
  moves: (view: GameView): readonly Move[] => responderMoves(view, trace),
})

const creditOf = async (court: Court): Promise<bigint> =>
  (await court.game.getFunction('creditOf')(court.executor)) as bigint

async function assertFinal({ court, job, ticket }: Case): Promise<void> {
  const staked = (await court.staking.getFunction('account')(court.owner)).staked as bigint
  await on(court.market, court.others[0]!)('finalize')(ticket)
  const final = await court.market.getFunction('job')(job)
  assert.equal(Number(final.phase), 4)
  assert.equal((await court.staking.getFunction('account')(court.owner)).staked, staked)
}
