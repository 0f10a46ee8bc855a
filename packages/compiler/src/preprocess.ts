import { numel } from '@plumbline/ir'
import { type Affine, ModelError } from '@plumbline/ops'

/**
 * What turns raw bytes into the numbers a model was trained on: channel c of the model is
 * `(raw[order[c]] * scale - mean[c]) / std[c]`. Lists of one number hold for every channel.
 */
export interface Preprocess {
  readonly scale: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** Raw channel of every model channel: [2, 1, 0] where the model wants BGR and the bytes are RGB. */
  readonly order?: readonly number[]
}

/** @throws ModelError PREPROCESS_INVALID */
export function affineOf(preprocess: Preprocess, shape: readonly number[], input: string): Affine {
  const channels = shape.length >= 3 ? shape[1]! : 1
  const fail = (why: string): ModelError =>
    new ModelError('PREPROCESS_INVALID', `preprocessing of input '${input}': ${why}`, { input })
  const list = (name: string, values: readonly number[]): readonly number[] => {
    if (values.length !== 1 && values.length !== channels)
      throw fail(`${values.length} values of ${name} for ${channels} channels`)
    if (values.some((x) => !Number.isFinite(x))) throw fail(`${name} is not finite`)
    return values.length === 1 ? Array.from({ length: channels }, () => values[0]!) : values
  }
  const mean = list('mean', preprocess.mean)
  const std = list('std', preprocess.std)
  if (!Number.isFinite(preprocess.scale) || preprocess.scale === 0) throw fail(`scale is ${preprocess.scale}`)
  if (std.some((s) => s <= 0)) throw fail('a std is zero or negative')
  const order = preprocess.order ?? mean.map((_, c) => c)
  if (order.length !== channels || [...order].sort((x, y) => x - y).some((raw, c) => raw !== c))
    throw fail(`[${order.join(', ')}] is no order of ${channels} channels`)
  return {
    scale: std.map((s) => preprocess.scale / s),
    offset: mean.map((m, c) => -m / std[c]!),
    order,
  }
}

/** The float model's input for raw bytes. */
export function preprocessed(
  raw: Uint8Array,
  shape: readonly number[],
  preprocess: Preprocess,
): Float32Array {
  const { scale, offset, order } = affineOf(preprocess, shape, '')
  const channels = order.length
  const block = numel(shape.slice(shape.length >= 3 ? 2 : 1))
  const result = new Float32Array(raw.length)
  for (let start = 0; start < raw.length; start += channels * block)
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < block; i++)
        result[start + c * block + i] = raw[start + order[c]! * block + i]! * scale[c]! + offset[c]!
  return result
}

/**
 * `scale=1/255,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,order=bgr`; what is missing changes nothing.
 * @throws ModelError PREPROCESS_INVALID
 */
export function parsePreprocess(text: string): Preprocess {
  const fail = (why: string): ModelError =>
    new ModelError(
      'PREPROCESS_INVALID',
      `preprocessing '${text}': ${why}. Example: scale=1/255,mean=0.5:0.5:0.5,std=0.25:0.25:0.25,order=rgb`,
    )
  const number = (word: string): number => {
    const [top, bottom = '1'] = word.split('/')
    const value = Number(top) / Number(bottom)
    if (word.trim() === '' || !Number.isFinite(value)) throw fail(`'${word}' is no number`)
    return value
  }
  const fields = new Map<string, string>()
  for (const part of text.split(',')) {
    const [key, value, ...rest] = part.split('=')
    if (!key || value === undefined || rest.length > 0) throw fail(`'${part}' is not name=value`)
    if (!['scale', 'mean', 'std', 'order'].includes(key.trim())) throw fail(`'${key}' is unknown`)
    fields.set(key.trim(), value.trim())
  }
  const list = (key: string, otherwise: number): readonly number[] =>
    fields.get(key)?.split(':').map(number) ?? [otherwise]
  const order = fields.get('order')
  if (order !== undefined && order !== 'rgb' && order !== 'bgr')
    throw fail(`order '${order}' is not rgb or bgr`)
  return {
    scale: number(fields.get('scale') ?? '1'),
    mean: list('mean', 0),
    std: list('std', 1),
    ...(order === 'bgr' && { order: [2, 1, 0] }),
  }
}
