import { readFile, stat } from 'node:fs/promises'
import type { Sample } from '@plumbline/compiler'
import { SdkError } from './errors.ts'

/** Equal items in one file: an IDX file (as MNIST comes), or a file of raw bytes, which is one item. */
export interface ItemFile {
  readonly path: string
  readonly count: number
  /** Bytes, or little-endian float32 numbers. */
  readonly item: (index: number) => Uint8Array | Float32Array
}

const MAX_FILE_BYTES = 2 ** 31 - 1
const IDX_TYPES: Readonly<Record<number, number>> = { 0x08: 1, 0x0d: 4 }

/** @throws SdkError FILE_UNREADABLE, FILE_TOO_LARGE, FILE_MALFORMED */
export async function readBounded(path: string): Promise<Uint8Array> {
  const { size } = await stat(path).catch(unreadable(path))
  if (size > MAX_FILE_BYTES)
    throw new SdkError('FILE_TOO_LARGE', `${path} has ${size} bytes; at most ${MAX_FILE_BYTES} are read`)
  return new Uint8Array(await readFile(path).catch(unreadable(path)))
}

const unreadable =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw new SdkError('FILE_UNREADABLE', `cannot read ${path}: ${error.code ?? error.message}`)
  }

/** @throws SdkError FILE_UNREADABLE, FILE_TOO_LARGE, FILE_MALFORMED */
export async function readItems(path: string): Promise<ItemFile> {
  const bytes = await readBounded(path)
  if (bytes.byteLength === 0) throw new SdkError('FILE_MALFORMED', `${path} is empty`)
  return idxItems(path, bytes) ?? { path, count: 1, item: only(path, bytes) }
}

/** IDX: two zero bytes, element type, rank, big-endian u32 sizes, then the elements; null for any other file. */
function idxItems(path: string, bytes: Uint8Array): ItemFile | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 8 || view.getUint16(0) !== 0) return null
  const unit = IDX_TYPES[bytes[2]!]
  const rank = bytes[3]!
  const header = 4 + 4 * rank
  if (unit === undefined || rank === 0 || bytes.byteLength < header) return null
  const sizes = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const size = sizes.slice(1).reduce((product, n) => product * n, unit)
  if (bytes.byteLength !== header + sizes[0]! * size) return null
  const item = (index: number): Uint8Array | Float32Array => {
    checkIndex(path, index, sizes[0]!)
    const from = header + index * size
    if (unit === 1) return bytes.subarray(from, from + size)
    return Float32Array.from({ length: size / 4 }, (_, i) => view.getFloat32(from + 4 * i))
  }
  return { path, count: sizes[0]!, item }
}

const only =
  (path: string, bytes: Uint8Array) =>
  (index: number): Uint8Array => {
    checkIndex(path, index, 1)
    return bytes
  }

function checkIndex(path: string, index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new SdkError('FILE_MALFORMED', `${path} has items 0 to ${count - 1}, not ${index}`)
}

/** `PATH`, or `PATH#INDEX` for one item of a file of many. */
export async function readItem(text: string): Promise<Uint8Array | Float32Array> {
  const [, path, index] = /^(.*?)(?:#(\d+))?$/s.exec(text)!
  return (await readItems(path!)).item(Number(index ?? 0))
}

/**
 * Samples of a model of one input, labelled by another file's bytes where there is one.
 * @param limit most samples taken, from the start
 */
export async function readIdxSamples(
  path: string,
  labels: string | undefined,
  limit: number,
): Promise<readonly Sample[]> {
  const items = await readItems(path)
  const classes = labels === undefined ? null : await readItems(labels)
  if (classes && classes.count !== items.count)
    throw new SdkError(
      'FILE_MALFORMED',
      `${items.count} samples in ${path}, ${classes.count} labels in ${labels}`,
    )
  return Array.from({ length: Math.min(limit, items.count) }, (_, i) => ({
    inputs: [items.item(i)],
    ...(classes && { label: classes.item(i)[0]! }),
  }))
}
