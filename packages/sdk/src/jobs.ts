import { setTimeout as sleep } from 'node:timers/promises'
import { tensorKey } from '@plumbline/blobs'
import {
  chainTime,
  type JobRecord,
  type JobState,
  read,
  readJob,
  type Terms,
  type Ticket,
} from '@plumbline/chain'
import { tensorListRoot, tensorRoot } from '@plumbline/commitments'
import type { Hash } from '@plumbline/ir'
import { randomBytes } from 'node:crypto'
import type { Client } from './client.ts'
import { SdkError } from './errors.ts'
import { fundMarket } from './funding.ts'

/** Inputs up to this many bytes in all travel in the request itself. */
export const MAX_INLINE_BYTES = 4_096

export interface RequestOptions {
  readonly version: number
  /** Input tensors in the program's order, little-endian. */
  readonly inputs: readonly Uint8Array[]
  /** Price at the request, rising to `maxPrice` over `rampSeconds`; tokens. */
  readonly minPrice: bigint
  readonly maxPrice: bigint
  readonly rampSeconds: number
  /** How long the job may wait for a claim, seconds. */
  readonly claimSeconds: number
  /** Time from claim to post, seconds. */
  readonly postSeconds: number
  /** What a wrong answer would cost the requester, tokens: the collateral is at least this. */
  readonly value: bigint
}

export interface RequestedJob {
  readonly id: Hash
  readonly ticket: Ticket
  readonly transaction: string
}

/** Asks for an inference. Deposits the price first where the account's balance in the market does not cover it. */
export async function requestJob(client: Client, options: RequestOptions): Promise<RequestedJob> {
  const { chain } = client
  const requester = client.address()
  const { program } = await versionOf(client, options.version)
  await checkInputs(client, program, options.inputs)
  const inputRoots = options.inputs.map(tensorRoot)
  const [[parameters], now] = await Promise.all([
    read(chain, 'jobMarket', 'currentParameters'),
    chainTime(chain.rpc),
  ])
  const terms: Terms = {
    version: options.version,
    program,
    minPrice: options.minPrice,
    maxPrice: options.maxPrice,
    rampSeconds: options.rampSeconds,
    claimDeadline: now + options.claimSeconds,
    postSeconds: options.postSeconds,
    value: options.value,
    callbackGas: 0,
    parameters: Number(parameters),
    salt: `0x${randomBytes(32).toString('hex')}`,
  }
  const ticket: Ticket = { requester, terms, inputRoot: tensorListRoot(inputRoots) }
  const [id] = await read(chain, 'jobMarket', 'idOf', [ticket])
  const input = Buffer.concat(options.inputs)
  const byRoots = input.byteLength > MAX_INLINE_BYTES
  if (byRoots) await publishInputs(client, options.inputs, inputRoots)
  await fundMarket(client, options.maxPrice)
  const { hash } = await client.send(
    byRoots
      ? { contract: 'jobMarket', fn: 'requestByRoots', args: [terms, inputRoots] }
      : { contract: 'jobMarket', fn: 'request', args: [terms, input] },
  )
  return { id, ticket, transaction: hash }
}

/** @throws SdkError VERSION_UNKNOWN, VERSION_DEPRECATED */
async function versionOf(client: Client, id: number): Promise<{ readonly program: Hash }> {
  const version = (await client.ledger()).versions.get(id)
  if (!version) throw new SdkError('VERSION_UNKNOWN', `no model version ${id}: \`model list\` shows them`)
  if (version.deprecated) throw new SdkError('VERSION_DEPRECATED', `model version ${id} takes no new jobs`)
  return version
}

async function checkInputs(client: Client, program: Hash, inputs: readonly Uint8Array[]): Promise<void> {
  const [{ inputCount, inputBytes }] = await read(client.chain, 'programRegistry', 'program', [program])
  if (Number(inputCount) !== inputs.length)
    throw new SdkError('INPUT_COUNT', `the model takes ${inputCount} input tensors, not ${inputs.length}`)
  inputs.forEach((bytes, i) => {
    const expected = Number(((inputBytes as bigint) >> BigInt(32 * i)) & 0xffffffffn)
    if (bytes.byteLength !== expected)
      throw new SdkError(
        'INPUT_LENGTH',
        `input ${i} has ${bytes.byteLength} bytes; the model takes exactly ${expected}`,
        {
          input: i,
          actual: bytes.byteLength,
          expected,
        },
      )
  })
}

async function publishInputs(
  client: Client,
  inputs: readonly Uint8Array[],
  roots: readonly Hash[],
): Promise<void> {
  const { blobs } = client
  if (!blobs)
    throw new SdkError(
      'INPUT_NOT_FETCHABLE',
      `inputs of more than ${MAX_INLINE_BYTES} bytes travel by root: name a blob store that executors can read`,
    )
  for (const [i, bytes] of inputs.entries()) await blobs.put(tensorKey(roots[i]!), bytes)
}

/** @throws SdkError JOB_UNKNOWN */
export async function jobRecord(client: Client, id: Hash): Promise<JobRecord> {
  const record = (await client.ledger()).jobs.get(id.toLowerCase() as Hash)
  if (!record) throw new SdkError('JOB_UNKNOWN', `no job ${id} on this deployment: \`job list\` shows them`)
  return record
}

export interface JobView {
  readonly record: JobRecord
  readonly state: JobState
}

export async function showJob(client: Client, id: Hash): Promise<JobView> {
  const record = await jobRecord(client, id)
  return { record, state: await readJob(client.chain, record.id) }
}

export async function listJobs(client: Client): Promise<readonly JobRecord[]> {
  return [...(await client.ledger()).jobs.values()]
}

/**
 * Waits until `done` holds of the job.
 * @throws SdkError WAIT_TIMEOUT
 */
export async function waitForJob(
  client: Client,
  id: Hash,
  done: (record: JobRecord) => boolean,
  timeoutSeconds: number,
): Promise<JobRecord> {
  const end = performance.now() + timeoutSeconds * 1_000
  for (;;) {
    const record = await jobRecord(client, id)
    if (done(record)) return record
    if (performance.now() > end)
      throw new SdkError('WAIT_TIMEOUT', `job ${id} is still ${record.phase} after ${timeoutSeconds} seconds`)
    await sleep(250)
  }
}

/** Settles a job whose time has come. */
export async function finalizeJob(client: Client, id: Hash): Promise<JobView> {
  const { ticket } = await jobRecord(client, id)
  await client.send({ contract: 'jobMarket', fn: 'finalize', args: [ticket] })
  return showJob(client, id)
}

/** Takes the escrow of an open job back. */
export async function cancelJob(client: Client, id: Hash): Promise<JobView> {
  const { ticket } = await jobRecord(client, id)
  await client.send({ contract: 'jobMarket', fn: 'cancel', args: [ticket] })
  return showJob(client, id)
}
