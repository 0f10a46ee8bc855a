import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { numel } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'
import type { Sample } from './samples.ts'

export interface SampleInput {
  readonly name: string
  readonly shape: readonly number[]
  /** Raw bytes, because preprocessing is folded in. */
  readonly raw: boolean
}

/**
 * Samples from a directory: every .npy, .bin or .json file is one sample, in the order of their names. A .bin file
 * holds the inputs one after another as bytes (raw inputs) or little-endian float32; .json a list of numbers, or of
 * lists where there are several inputs; .npy one input. `labels.json` maps file names to classes.
 * @throws ModelError SAMPLES_UNREADABLE, SAMPLE_INVALID
 */
export async function readSamples(
  directory: string,
  inputs: readonly SampleInput[],
): Promise<readonly Sample[]> {
  const names = await reading(directory, () => readdir(directory))
  const files = names.filter(
    (name) => ['.npy', '.bin', '.json'].includes(extname(name)) && name !== 'labels.json',
  )
  if (files.length === 0)
    throw new ModelError('SAMPLES_UNREADABLE', `${directory} holds no .npy, .bin or .json file`, {
      directory,
    })
  const labels = names.includes('labels.json') ? await readLabels(join(directory, 'labels.json')) : {}
  return Promise.all(
    files.sort().map(async (name) => {
      const path = join(directory, name)
      const bytes = new Uint8Array(await reading(path, () => readFile(path)))
      const label = labels[name]
      return { inputs: parse(path, bytes, inputs), ...(label !== undefined && { label }) }
    }),
  )
}

function parse(path: string, bytes: Uint8Array, inputs: readonly SampleInput[]): Sample['inputs'] {
  switch (extname(path)) {
    case '.npy':
      return inputs.length === 1
        ? [parseNpy(path, bytes, inputs[0]!)]
        : fail(path, `an .npy file holds one input, the model takes ${inputs.length}`)
    case '.json':
      return parseJson(path, bytes, inputs)
    default:
      return parseBinary(path, bytes, inputs)
  }
}

function parseBinary(path: string, bytes: Uint8Array, inputs: readonly SampleInput[]): Sample['inputs'] {
  const lengths = inputs.map(({ shape, raw }) => numel(shape) * (raw ? 1 : 4))
  const total = lengths.reduce((a, b) => a + b, 0)
  if (bytes.byteLength !== total) fail(path, `${bytes.byteLength} bytes, ${total} are expected`)
  let at = 0
  return inputs.map(({ raw }, i) => {
    const part = bytes.slice(at, (at += lengths[i]!))
    return raw ? part : new Float32Array(part.buffer)
  })
}

function parseJson(path: string, bytes: Uint8Array, inputs: readonly SampleInput[]): Sample['inputs'] {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    fail(path, error instanceof Error ? error.message : String(error))
  }
  const lists = Array.isArray(value) && Array.isArray(value[0]) && inputs.length > 1 ? value : [value]
  if (lists.length !== inputs.length) fail(path, `${lists.length} inputs, the model takes ${inputs.length}`)
  return inputs.map(({ raw }, i) => {
    const nested: unknown = lists[i]
    const list: readonly unknown[] = Array.isArray(nested) ? nested.flat(8) : fail(path, 'it is no list')
    const numbers = list.map((x) => (typeof x === 'number' ? x : fail(path, 'it holds what is no number')))
    return raw ? Uint8Array.from(numbers) : Float32Array.from(numbers)
  })
}

/** NumPy's own format, version 1 to 3, C order, of float32, float64 or uint8. */
function parseNpy(path: string, bytes: Uint8Array, input: SampleInput): Uint8Array | Float32Array {
  const magic = String.fromCharCode(...bytes.subarray(1, 6))
  if (bytes.byteLength < 12 || magic !== 'NUMPY') fail(path, 'it is no .npy file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = bytes[6]! >= 2
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start))
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? ''
  if (/'fortran_order':\s*True/.test(header)) fail(path, 'it is in Fortran order; save it in C order')
  const body = bytes.slice(start)
  const numbers =
    type === '|u1'
      ? body
      : type === '<f4' && body.byteLength % 4 === 0
        ? new Float32Array(body.buffer)
        : type === '<f8' && body.byteLength % 8 === 0
          ? Float32Array.from(new Float64Array(body.buffer))
          : fail(path, `numbers of type '${type}'; float32, float64 and uint8 are supported`)
  return input.raw ? Uint8Array.from(numbers) : Float32Array.from(numbers)
}

async function readLabels(path: string): Promise<Readonly<Record<string, number>>> {
  const text = await reading(path, () => readFile(path, 'utf8'))
  try {
    const value = JSON.parse(text) as Record<string, number>
    if (
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((label) => Number.isInteger(label))
    )
      return value
  } catch {
    // The error below says it.
  }
  return fail(path, 'it is no object of file names and class numbers')
}

function fail(path: string, why: string): never {
  throw new ModelError('SAMPLE_INVALID', `${path}: ${why}`, { path })
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new ModelError(
      'SAMPLES_UNREADABLE',
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
      { path },
    )
  }
}
