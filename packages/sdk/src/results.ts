import { type BlobStore, fetchTensor } from '@plumbline/blobs'
import type { AttemptRecord, JobRecord } from '@plumbline/chain'
import { tensorRoot } from '@plumbline/commitments'
import { byteLength, type Hash } from '@plumbline/ir'
import { decodeOutput, type Manifest } from '@plumbline/runtime'
import { SdkError } from './errors.ts'
import type { LoadedModel } from './served.ts'

/** What one output says, in the model's own terms. */
export interface DecodedOutput {
  readonly name: string
  readonly shape: readonly number[]
  /** Real numbers in ONNX order; the softmax that a model ends in is applied. */
  readonly values: readonly number[]
  /** The largest values with their labels, best first, of an output with one value a label. */
  readonly top: readonly { readonly index: number; readonly label: string; readonly value: number }[]
}

export interface JobResult {
  readonly job: Hash
  readonly attempt: number
  /** Whether it can no longer be disputed. */
  readonly final: boolean
  readonly outputs: readonly DecodedOutput[]
}

/** The attempt whose answer counts: the last one, once it is posted. */
export function postedAttempt(job: JobRecord): AttemptRecord {
  const attempt = job.attempts.at(-1)
  if (!attempt?.posted || attempt.end === 'defeated' || attempt.end === 'expired')
    throw new SdkError('NO_OUTPUT', `job ${job.id} has no answer yet: it is ${job.phase}`)
  return attempt
}

/**
 * The output tensors that an attempt posted: from the chain, or by their roots from a store.
 * @throws BlobError BLOB_MISSING
 */
export async function outputBytes(
  { posted }: AttemptRecord,
  manifest: Manifest,
  store: BlobStore,
): Promise<readonly Uint8Array[]> {
  const lengths = manifest.outputs.map(byteLength)
  if (posted?.output) return split(posted.output, lengths)
  return Promise.all(lengths.map((length, i) => fetchTensor(store, posted!.outputRoots[i]!, length)))
}

const TOP = 5

export function decodeOutputs(manifest: Manifest, outputs: readonly Uint8Array[]): readonly DecodedOutput[] {
  return manifest.outputs.map((output, i) => {
    const values = [...decodeOutput(output, outputs[i]!)]
    const labels = manifest.labels?.length === values.length ? manifest.labels : undefined
    const ranked = values.map((value, index) => ({ index, label: labels?.[index] ?? String(index), value }))
    const top = ranked.sort((x, y) => y.value - x.value || x.index - y.index).slice(0, TOP)
    return { name: output.name, shape: output.shape, values, top }
  })
}

export async function jobResult(job: JobRecord, manifest: Manifest, store: BlobStore): Promise<JobResult> {
  const attempt = postedAttempt(job)
  return {
    job: job.id,
    attempt: attempt.number,
    final: attempt.end === 'final',
    outputs: decodeOutputs(manifest, await outputBytes(attempt, manifest, store)),
  }
}

export interface JobVerification {
  readonly job: Hash
  readonly attempt: number
  readonly holds: boolean
  /** By output: root as posted and as computed here. */
  readonly outputs: readonly { readonly posted: Hash; readonly computed: Hash }[]
}

/** Runs the job here and compares with what was posted. */
export async function verifyJob(
  job: JobRecord,
  model: LoadedModel,
  store: BlobStore,
): Promise<JobVerification> {
  const attempt = postedAttempt(job)
  const posted = attempt.posted!
  const inputLengths = model.program.inputs.map(byteLength)
  const inputs = job.input
    ? split(job.input, inputLengths)
    : await Promise.all(inputLengths.map((length, i) => fetchTensor(store, job.inputRoots[i]!, length)))
  const own = await model.run(inputs)
  const lengths = own.map((bytes) => bytes.byteLength)
  const roots = posted.output ? split(posted.output, lengths).map(tensorRoot) : posted.outputRoots
  const outputs = own.map((bytes, i) => ({ posted: roots[i]!, computed: tensorRoot(bytes) }))
  return {
    job: job.id,
    attempt: attempt.number,
    holds: outputs.every((output) => output.posted === output.computed),
    outputs,
  }
}

/** Consecutive parts of `bytes`. SAFETY: the market checked at request and post that the lengths add up. */
function split(bytes: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  let at = 0
  return lengths.map((length) => bytes.subarray(at, (at += length)))
}
