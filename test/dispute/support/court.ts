import type { BaseContract } from 'ethers'
import { network } from 'hardhat'
import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types'
import { programRoot, rootOf, ROOT, tensorListRoot, tensorRoot, toHash } from '@plumbline/commitments'
import {
  type Address,
  callOf,
  type ChallengeView,
  type GameView,
  type Move,
  type Opening,
  type Trace,
} from '@plumbline/dispute'
import type { Hash, Program } from '@plumbline/ir'
import { registrationOf } from '../../support/registry.ts'

/** Clocks of the tests, seconds. */
export const CLOCKS = { window: 600, executorBudget: 300, challengerBudget: 200, extension: 60 } as const
export const GAS_FLOOR = 10n ** 9n
const UNIT = 10n ** 18n
const THAW = 30 * 86_400

type Connection = Awaited<ReturnType<typeof network.create>>
type Contract = BaseContract
export type Signer = Awaited<ReturnType<HardhatEthers['getSigners']>>[number]

/** Market, staking, verifier and game on a chain of their own. */
export interface Court {
  readonly connection: Connection
  readonly ethers: HardhatEthers
  readonly game: Contract
  readonly market: Contract
  readonly staking: Contract
  readonly token: Contract
  readonly models: Contract
  readonly programs: Contract
  readonly requester: Signer
  readonly executor: Signer
  readonly owner: Signer
  readonly responder: Signer
  /** Accounts for challengers and bystanders. */
  readonly others: readonly Signer[]
}

/** A posted result on trial. */
export interface Case {
  readonly court: Court
  readonly program: Program
  readonly inputs: readonly Uint8Array[]
  readonly job: Hash
  readonly result: Hash
  readonly jobHead: Hash
  readonly outputRoot: Hash
  readonly ticket: unknown
  readonly windowEnd: number
}

export interface Sent {
  readonly move: Move
  readonly by: string
  readonly gasUsed: bigint
}

export async function openCourt(): Promise<Court> {
  const connection = await network.create()
  const { ethers } = connection
  const [admin, requester, executor, owner, responder, ...others] = await ethers.getSigners()
  const deploy = async (name: string, args: readonly unknown[] = []): Promise<Contract> =>
    ethers.deployContract(name, [...args])
  const token = await deploy('TestToken')
  const staking = await deploy('Staking', [token, THAW])
  const programs = await deploy('ProgramRegistry')
  const models = await deploy('ModelRegistry', [
    admin,
    programs,
    THAW - 86_400,
    { minWindow: 1, minBudget: 1, minExtension: 1 },
  ])
  const verifier = await deploy('StepVerifier')
  const nonce = await admin!.getNonce()
  const judge = ethers.getCreateAddress({ from: admin!.address, nonce: nonce + 1 })
  const market = await deploy('JobMarket', [
    staking,
    models,
    programs,
    admin,
    {
      judge,
      rewardCap: 100n * UNIT,
      collateralFloor: 10n * UNIT,
      gasFloor: GAS_FLOOR,
      collateralBasisPoints: 50_000,
      noShowBasisPoints: 5_000,
    },
  ])
  const game = await deploy('DisputeGame', [market, models, programs, verifier])
  await token.getFunction('mint')(requester, 10_000n * UNIT)
  await token.getFunction('mint')(owner, 10_000n * UNIT)
  await on(token, requester!)('approve')(market, ethers.MaxUint256)
  await on(token, owner!)('approve')(staking, ethers.MaxUint256)
  await on(market, requester!)('deposit')(requester, 1_000n * UNIT)
  await on(staking, owner!)('stake')(owner, 1_000n * UNIT)
  await on(staking, owner!)('setOperator')(executor, true)
  await on(staking, owner!)('setMarket')(market, true)
  await on(staking, owner!)('setExposureLimit')(10_000n * UNIT)
  return {
    connection,
    ethers,
    game,
    market,
    staking,
    token,
    models,
    programs,
    requester: requester!,
    executor: executor!,
    owner: owner!,
    responder: responder!,
    others,
  }
}

/** A contract's method for an account. */
export const on = (contract: Contract, signer: Signer) => (method: string) =>
  contract.connect(signer).getFunction(method)

/** Registers a program and publishes a version of it; returns the version's number. */
export async function register(court: Court, program: Program): Promise<number> {
  const { inputs, outputs, stepCount, descriptors } = registrationOf(program)
  await court.programs.getFunction('register')(inputs, outputs, stepCount, descriptors)
  const root = programRoot(program)
  if (((await court.models.getFunction('modelCount')()) as bigint) === 0n)
    await court.models.getFunction('createModel')('tests')
  await court.models.getFunction('publish')(1, root, root, '', 0, CLOCKS)
  return Number(await court.models.getFunction('versionCount')())
}

let salts = 0

/** A job whose answer is what `posted` says. */
export async function post(court: Court, posted: Trace, version: number): Promise<Case> {
  const { market, ethers } = court
  const { program, inputs } = posted
  const outputRoots = program.outputs.map((step) => toHash(rootOf(posted.tensor(step))))
  const now = await latest(court)
  const terms = {
    version,
    program: programRoot(program),
    minPrice: UNIT,
    maxPrice: UNIT,
    rampSeconds: 0,
    claimDeadline: now + 86_400,
    postSeconds: 600,
    value: 0,
    callbackGas: 0,
    parameters: 0,
    salt: ethers.id(`salt ${salts++}`),
  }
  const inputRoots = inputs.map((bytes) => tensorRoot(bytes))
  const ticket = { requester: court.requester.address, terms, inputRoot: tensorListRoot(inputRoots) }
  await on(market, court.requester)('requestByRoots')(terms, inputRoots)
  const job = (await market.getFunction('idOf')(ticket)) as Hash
  const [, bond] = (await market.getFunction('claimCost')(ticket)) as [bigint, bigint]
  await on(market, court.executor)('claim')(ticket, 0, court.owner, court.responder, { value: bond * 2n })
  await on(market, court.executor)('postByRoots')(job, 0, outputRoots)
  return {
    court,
    program,
    inputs,
    job,
    result: (await market.getFunction('resultId')(job, 0)) as Hash,
    jobHead: (await market.getFunction('headOf')(ticket)) as Hash,
    outputRoot: tensorListRoot(outputRoots),
    ticket,
    windowEnd: (await latest(court)) + CLOCKS.window,
  }
}

export const latest = async (court: Court): Promise<number> => court.connection.networkHelpers.time.latest()

/** What the chain says about a result, as of the next block. */
export async function viewOf(matter: Case, now?: number): Promise<GameView> {
  const { court, program, result } = matter
  const record = await court.game.getFunction('resultOf')(result)
  const job = await court.market.getFunction('job')(matter.job)
  const challenges: ChallengeView[] = []
  for (let number = 1n; number <= record.live + record.lost; number++) {
    const id = idOf(result, Number(number))
    const c = await court.game.getFunction('challengeOf')(id)
    challenges.push({
      id,
      challenger: c.challenger as Address,
      since: Number(c.since),
      executorLeft: Number(c.executorLeft),
      challengerLeft: Number(c.challengerLeft),
      position: Number(c.position),
      ended: c.ended as boolean,
    })
  }
  const committed = record.committedAt !== 0n
  return {
    now: now ?? (await latest(court)) + 1,
    program,
    result: {
      id: result,
      phase: record.defeated ? 'defeated' : Number(job.phase) === 4 ? 'final' : 'posted',
      jobHead: matter.jobHead,
      outputRoot: matter.outputRoot,
      windowEnd: matter.windowEnd,
      extension: CLOCKS.extension,
      ...(committed && { traceRoot: record.traceRoot as Hash }),
    },
    challenges,
    openings: await openingsOf(matter),
  }
}

async function openingsOf({ court, result }: Case): Promise<ReadonlyMap<number, Opening>> {
  const openings = new Map<number, Opening>()
  const bytes = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value.slice(2), 'hex'))
  for (const log of await court.game.queryFilter('*', 0)) {
    const parsed = court.game.interface.parseLog(log)
    if (!parsed || parsed.args.result !== result) continue
    const at = (await log.getBlock()).timestamp
    const nodes = (): Uint8Array[] => (parsed.args.group as string[]).map(bytes)
    if (parsed.name === 'Committed') openings.set(ROOT, { at, nodes: nodes() })
    if (parsed.name === 'Opened') openings.set(Number(parsed.args.position), { at, nodes: nodes() })
    if (parsed.name === 'OpenedLeaves')
      openings.set(Number(parsed.args.position), { at, bytes: bytes(parsed.args.leaves as string) })
  }
  return openings
}

export const idOf = (result: Hash, number: number): Hash =>
  `0x${result.slice(2, 58)}${number.toString(16).padStart(8, '0')}`

/** Sends a move; a challenge pays its bond. */
export async function send(matter: Case, signer: Signer, move: Move, by = signer.address): Promise<Sent> {
  const { court } = matter
  const { method, args } = callOf(move)
  const value = move.kind === 'challenge' ? await bondOf(matter) : 0n
  const response = await on(court.game, signer)(method)(...args, { value })
  const receipt = await response.wait()
  return { move, by, gasUsed: receipt.gasUsed as bigint }
}

/** The bond of a challenge in the next block. */
export async function bondOf({ court, job }: Case): Promise<bigint> {
  const block = await court.ethers.provider.send('eth_getBlockByNumber', ['pending', false])
  return (await court.game.getFunction('bondFor')(job, BigInt(block.baseFeePerGas))) as bigint
}

export interface Player {
  readonly name: string
  readonly signer: Signer
  readonly moves: (view: GameView) => readonly Move[]
  /** What a move that the contract refuses means: `fail` (the default) ends the test, `silent` counts as none. */
  readonly refused?: 'fail' | 'silent'
}

export interface Outcome {
  readonly sent: readonly Sent[]
  readonly view: GameView
}

const MAX_MOVES = 200

/**
 * Lets players move in turn, one transaction at a time, until none has a move; then time passes to the second after the
 * next deadline. Ends when the result is defeated, or stands undisputed after its window.
 */
export async function play(matter: Case, players: readonly Player[]): Promise<Outcome> {
  const sent: Sent[] = []
  const silent = new Set<string>()
  for (;;) {
    if (sent.length > MAX_MOVES) throw new Error(`${MAX_MOVES} moves and no end`)
    const next = await nextMove(matter, players, silent)
    if (next) {
      const { player, move } = next
      try {
        sent.push(await send(matter, player.signer, move, player.name))
      } catch (error) {
        if (player.refused !== 'silent') throw error
        silent.add(keyOf(player, move))
      }
      continue
    }
    const view = await viewOf(matter)
    if (view.result.phase !== 'posted') return { sent, view }
    const end = await nextDeadline(matter, view)
    if (end === undefined) return { sent, view }
    await matter.court.connection.networkHelpers.time.increaseTo(end)
  }
}

const keyOf = (player: Player, move: Move): string =>
  `${player.name} ${move.kind} ${'position' in move ? move.position : ''}`

async function nextMove(
  matter: Case,
  players: readonly Player[],
  silent: ReadonlySet<string>,
): Promise<{ player: Player; move: Move } | undefined> {
  const view = await viewOf(matter)
  for (const player of players) {
    const move = player.moves(view).find((candidate) => !silent.has(keyOf(player, candidate)))
    if (move) return { player, move }
  }
  return undefined
}

/** The block time after which the classifier says something else, or undefined when nothing is open any more. */
async function nextDeadline({ court, windowEnd }: Case, view: GameView): Promise<number | undefined> {
  const deadlines: number[] = view.now <= windowEnd ? [windowEnd] : []
  for (const challenge of view.challenges) {
    if (challenge.ended) continue
    const [, deadline] = await court.game.getFunction('stateOf')(challenge.id)
    if (Number(deadline) >= view.now) deadlines.push(Number(deadline))
  }
  return deadlines.length === 0 ? undefined : Math.min(...deadlines)
}
