// A whole dispute against the real contracts on Hardhat's own network: transactions and gas of every move.
import { readFileSync } from 'node:fs'
import { compileModel, parsePreprocess } from '@plumbline/compiler'
import {
  type Address,
  challengerMoves,
  type Fault,
  liarMoves,
  lyingRun,
  parseFault,
  traceOf,
} from '@plumbline/dispute'
import type { Constants, Program } from '@plumbline/ir'
import { prepareProgram } from '@plumbline/runtime'
import { type Court, openCourt, play, post, register, type Sent } from '../../test/dispute/support/court.ts'
import { digitImage, loadMnist } from '../data/mnist.ts'
import type { Row } from '../lib/bench-row.ts'
import { squeezenetShaped } from './support/squeezenet.ts'

const MOST_TRANSACTIONS = 10
const MOST_GAS = 1_000_000
const MOST_CHALLENGE = 110_000
const MOST_ROUND = 130_000

interface Dispute {
  readonly name: string
  readonly program: Program
  readonly constants: Constants
  readonly inputs: readonly Uint8Array[]
  readonly fault: string
}

export async function run(): Promise<readonly Row[]> {
  const court = await openCourt()
  const rows: Row[] = []
  const cases = [await digits('1:700'), ...['1:100000', '19:500', '21:7'].map(squeezenet)]
  // The first defeat on a chain also pays for counters that are zero before it.
  await dispute(court, cases[0]!, 1)
  for (const [index, each] of cases.entries()) rows.push(...(await dispute(court, each, index + 2)))
  return rows
}

async function digits(fault: string): Promise<Dispute> {
  const onnx = new Uint8Array(readFileSync(new URL('../../models/digits/digits.onnx', import.meta.url)))
  const { model } = await compileModel(onnx, { preprocess: { image: parsePreprocess('scale=1/255') } })
  const image = digitImage(loadMnist().test, 0)
  return { name: 'digits', program: model.program, constants: model.constants, inputs: [image], fault }
}

function squeezenet(fault: string): Dispute {
  return { name: `squeezenet, step ${fault.split(':')[0]}`, ...squeezenetShaped(), fault }
}

async function dispute(
  court: Court,
  { name, program, constants, inputs, fault }: Dispute,
  account: number,
): Promise<readonly Row[]> {
  const prepared = prepareProgram(program, constants)
  const run = async (onStep?: (step: number, output: Uint8Array) => void) =>
    prepared.run(inputs, onStep && { onStep })
  const honest = traceOf(program, constants, inputs, await run())
  // The output is changed besides: not every fault inside reaches it.
  const parsed: Fault = parseFault(`${fault}+${program.outputs[0]!}:0`, program)
  const { posted, committed } = await lyingRun(parsed.lie, program, constants, inputs, run)
  const matter = await post(court, posted, await register(court, program))
  const challenger = court.others[account]!
  const { sent, view } = await play(matter, [
    { name: 'executor', signer: court.executor, moves: (v) => liarMoves(v, committed, parsed) },
    {
      name: 'challenger',
      signer: challenger,
      moves: (v) => challengerMoves(v, challenger.address as Address, honest),
    },
  ])
  if (view.result.phase !== 'defeated') throw new Error(`${name}: the lie ${fault} was not proved`)
  return rowsOf(name, sent)
}

function rowsOf(name: string, sent: readonly Sent[]): readonly Row[] {
  const row = (metric: string, value: number, unit: string, atMost?: number): Row => ({
    bench: 'dispute',
    case: name,
    metric,
    value,
    unit,
    target: atMost === undefined ? null : `at most ${atMost.toLocaleString('en-US')}`,
    met: atMost === undefined ? null : value <= atMost,
  })
  const gas = (moves: readonly Sent[]): number => moves.reduce((sum, { gasUsed }) => sum + Number(gasUsed), 0)
  const moves = sent.map(({ move, by, gasUsed }, i) => {
    const most = move.kind === 'challenge' ? MOST_CHALLENGE : undefined
    return row(`${i + 1} ${by}: ${move.kind}`, Number(gasUsed), 'gas', most)
  })
  const rounds = sent.flatMap(({ move }, i) =>
    move.kind === 'open' && sent[i - 1]?.move.kind === 'pick' ? [gas(sent.slice(i - 1, i + 1))] : [],
  )
  return [
    ...moves,
    ...(rounds.length > 0
      ? [row('dearest round (pick and open)', Math.max(...rounds), 'gas', MOST_ROUND)]
      : []),
    row('executor', gas(sent.filter(({ by }) => by === 'executor')), 'gas'),
    row('challenger', gas(sent.filter(({ by }) => by === 'challenger')), 'gas'),
    row('both sides', gas(sent), 'gas', MOST_GAS),
    row('transactions', sent.length, 'transactions', MOST_TRANSACTIONS),
  ]
}
