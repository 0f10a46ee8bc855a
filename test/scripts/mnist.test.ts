import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { digitImage, digitPixels, digitSet, loadMnist, MnistError } from '../../scripts/data/mnist.ts'

const code = (expected: string) => (error: unknown) => error instanceof MnistError && error.code === expected

const imageFile = (count: number, rows = 28): Uint8Array => {
  const file = new Uint8Array(16 + count * digitPixels)
  new DataView(file.buffer).setUint32(0, 0x0803)
  new DataView(file.buffer).setUint32(4, count)
  new DataView(file.buffer).setUint32(8, rows)
  new DataView(file.buffer).setUint32(12, 28)
  return file
}
const labelFile = (labels: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, 1, 0, 0, 0, labels.length, ...labels])

test('loads every digit of MNIST unchanged', () => {
  const { train, test: held } = loadMnist()
  assert.deepEqual([train.count, train.images.length, train.labels.length], [60_000, 47_040_000, 60_000])
  assert.deepEqual([held.count, held.images.length, held.labels.length], [10_000, 7_840_000, 10_000])
  // The published label counts of the test set.
  const counts = Array.from({ length: 10 }, (_, digit) => held.labels.filter((l) => l === digit).length)
  assert.deepEqual(counts, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  assert.equal(
    sha256(digitImage(held, 9_999)),
    sha256(held.images.slice(-digitPixels)),
    'the last image is a view of the last 784 bytes',
  )
})

test('refuses files that do not say what they hold', () => {
  assert.equal(digitSet(imageFile(2), labelFile([3, 9])).count, 2)
  assert.throws(() => digitSet(new Uint8Array(3), labelFile([])), code('IDX_MALFORMED'))
  assert.throws(() => digitSet(labelFile([1]), labelFile([1])), code('IDX_MALFORMED'))
  assert.throws(() => digitSet(imageFile(1, 27), labelFile([1])), code('IDX_MALFORMED'))
  assert.throws(() => digitSet(imageFile(1).subarray(0, 100), labelFile([1])), code('IDX_MALFORMED'))
  assert.throws(() => digitSet(imageFile(2), labelFile([1])), code('COUNTS_DIFFER'))
  assert.throws(() => digitSet(imageFile(1), labelFile([10])), code('LABEL_OUT_OF_RANGE'))
  assert.throws(() => digitImage(digitSet(imageFile(1), labelFile([0])), 1), code('DIGIT_OUT_OF_RANGE'))
})
