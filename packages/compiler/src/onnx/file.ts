import { readFile, stat } from 'node:fs/promises'
import { ModelError } from '@plumbline/ops'
import { MAX_MODEL_BYTES } from './read.ts'

/**
 * The bytes of an ONNX file, not read at all where it is too large.
 * @throws ModelError ONNX_UNREADABLE, ONNX_TOO_LARGE
 */
export async function readModelFile(path: string): Promise<Uint8Array> {
  const unreadable = (error: unknown): ModelError =>
    new ModelError(
      'ONNX_UNREADABLE',
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
      {
        path,
      },
    )
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  if (size > MAX_MODEL_BYTES)
    throw new ModelError(
      'ONNX_TOO_LARGE',
      `${path} has ${size} bytes; at most ${MAX_MODEL_BYTES} are supported`,
      {
        path,
        size,
      },
    )
  return new Uint8Array(
    await readFile(path).catch((error: unknown) => {
      throw unreadable(error)
    }),
  )
}
