import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSamples, type SampleInput, splitSamples } from '../src/index.ts'

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-samples-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const image: SampleInput = { name: 'x', shape: [1, 2, 2], raw: true }
const floats: SampleInput = { name: 'y', shape: [3], raw: false }

/** An .npy file of version 1. */
function npy(type: string, body: Uint8Array, order = 'False'): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (4,), }\n`
  const head = Uint8Array.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0])
  return Uint8Array.from([...head, ...Buffer.from(header), ...body])
}

test('every file is a sample, in the order of names, with its label', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'b.bin'), Uint8Array.from([1, 2, 3, 4]))
    await writeFile(join(folder, 'a.json'), '[[5, 6], [7, 255]]')
    await writeFile(join(folder, 'c.npy'), npy('|u1', Uint8Array.from([9, 8, 7, 6])))
    await writeFile(join(folder, 'd.npy'), npy('<f4', new Uint8Array(Float32Array.from([1, 2, 3, 4]).buffer)))
    await writeFile(join(folder, 'labels.json'), '{"b.bin": 3}')
    await writeFile(join(folder, 'readme.txt'), 'no sample')
    assert.deepEqual(await readSamples(folder, [image]), [
      { inputs: [Uint8Array.from([5, 6, 7, 255])] },
      { inputs: [Uint8Array.from([1, 2, 3, 4])], label: 3 },
      { inputs: [Uint8Array.from([9, 8, 7, 6])] },
      { inputs: [Uint8Array.from([1, 2, 3, 4])] },
    ])
  }))

test('several inputs', () =>
  inFolder(async (folder) => {
    const values = Float32Array.from([0.5, -1, 2])
    await writeFile(join(folder, 'a.bin'), Uint8Array.from([1, 2, 3, 4, ...new Uint8Array(values.buffer)]))
    await writeFile(join(folder, 'b.json'), '[[1, 2, 3, 4], [0.5, -1, 2]]')
    for (const sample of await readSamples(folder, [image, floats]))
      assert.deepEqual(sample.inputs, [Uint8Array.from([1, 2, 3, 4]), values])
  }))

test('files that hold something else are named', () =>
  inFolder(async (folder) => {
    await assert.rejects(readSamples(join(folder, 'none'), [image]), { code: 'SAMPLES_UNREADABLE' })
    await assert.rejects(readSamples(folder, [image]), { code: 'SAMPLES_UNREADABLE' })
    const damaged: readonly (readonly [string, Uint8Array | string])[] = [
      ['a.bin', 'abc'],
      ['a.json', '[1, '],
      ['a.json', '{"a": 1}'],
      ['a.json', '["a"]'],
      ['a.npy', 'nonsense'],
      ['a.npy', npy('<i8', new Uint8Array(32))],
      ['a.npy', npy('|u1', new Uint8Array(4), 'True')],
    ]
    for (const [name, content] of damaged) {
      await writeFile(join(folder, name), content)
      await assert.rejects(
        readSamples(folder, [image]),
        { code: 'SAMPLE_INVALID' },
        `${name}: ${content.toString()}`,
      )
      await rm(join(folder, name))
    }
    await writeFile(join(folder, 'a.bin'), Uint8Array.from([1, 2, 3, 4]))
    await writeFile(join(folder, 'labels.json'), '["cat"]')
    await assert.rejects(readSamples(folder, [image]), { code: 'SAMPLE_INVALID' })
  }))

test('calibration and evaluation share no sample', () => {
  const all = Array.from({ length: 10 }, (_, label) => ({ inputs: [], label }))
  const { calibration, evaluation } = splitSamples(all)
  assert.deepEqual(
    calibration.map(({ label }) => label),
    [0, 4, 8],
  )
  assert.equal(calibration.length + evaluation.length, all.length)
  assert.ok(calibration.every((sample) => !evaluation.includes(sample)))
})
