import { type BlobStore, fetchTensor } from '@plumbline/blobs'
import type { JobRecord } from '@plumbline/chain'
import { inputByteLengths, type Program } from '@plumbline/ir'

/**
 * The input tensors of a job: cut from the bytes in its request, or fetched by their roots.
 * @throws BlobError when no store has them
 */
export async function inputsOf(
  job: JobRecord,
  program: Program,
  blobs: BlobStore,
): Promise<readonly Uint8Array[]> {
  const lengths = inputByteLengths(program)
  const { input } = job
  if (input) return split(input, lengths)
  return Promise.all(lengths.map((length, i) => fetchTensor(blobs, job.inputRoots[i]!, length)))
}

/** Consecutive parts of `bytes`. SAFETY: the market checked at the request that the lengths add up. */
export function split(bytes: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  let at = 0
  return lengths.map((length) => bytes.subarray(at, (at += length)))
}
