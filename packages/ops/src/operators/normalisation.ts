import { dtypeMax, dtypeMin, maxMagnitude } from '@plumbline/ir'
import { keepsMeanBits, MEAN_BITS, type NormMacro, ROOT_BITS } from '../macros/norm.ts'
import { type Constant, type Node, nodeError, numberAttribute } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { multiplierFor } from '../quantisation.ts'
import { packRecords } from '../rows.ts'
import { axisAt } from './axes.ts'
import { inputFact } from './elementwise.ts'
import { rescaled } from './rescale.ts'

const normalising = (type: string, centred: boolean): Operator => ({
  type,
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    const axis = axisAt(node, numberAttribute(node, 'axis', -1), x.shape.length)
    if (axis !== x.shape.length - 1)
      throw nodeError(node, 'ATTRIBUTE_INVALID', 'it normalises several axes; only the last one is supported')
    return [x]
  },
  translate: (node, t) => {
    const size = t.fact(node.inputs[0]!).shape.at(-1)!
    const gains = channelConstant(node, t, 1, size, 1)
    const offsets = channelConstant(node, t, 2, size, 0)
    return emitNorm(node, t, t.tensor(node.inputs[0]!), centred, gains, offsets)
  },
})

export const layerNormalization = normalising('LayerNormalization', true)
/** What the compiler makes of the nodes that spell a root mean square. */
export const rmsNormalization = normalising('RMSNormalization', false)

function channelConstant(
  node: Node,
  t: Translation,
  index: number,
  size: number,
  otherwise: number,
): Float64Array {
  const name = node.inputs[index]
  if (!name) return new Float64Array(size).fill(otherwise)
  const known: Constant | null = t.constant(name)
  if (known === null)
    throw nodeError(
      node,
      'WEIGHTS_COMPUTED',
      `its input '${name}' is computed at run time; it must be constant`,
    )
  if (known.data.length === size) return known.data
  if (known.data.length === 1) return new Float64Array(size).fill(known.data[0]!)
  throw nodeError(
    node,
    'SHAPE_MISMATCH',
    `'${name}' of shape [${known.shape.join(', ')}] for ${size} channels`,
  )
}

const FRACTION = 30
const OFFSET_MAX = 2 ** 30
const SQUARES_BITS = 31

function emitNorm(
  node: Node,
  t: Translation,
  given: Tensor,
  centred: boolean,
  gains: Float64Array,
  offsets: Float64Array,
): Tensor {
  const x = given.quantisation.dtype === 'i32' ? narrowed(node, t, given) : given
  const target = t.target(node)
  const size = gains.length
  const { dtype, scale, zero } = x.quantisation
  const finer = centred && keepsMeanBits(dtype)
  const unit = finer ? scale / 2 ** MEAN_BITS : scale
  const reach = centred ? dtypeMax('i16') + 1 : maxMagnitude(dtype, zero)
  const shift = Math.max(0, Math.ceil(Math.log2(size * reach * reach)) - SQUARES_BITS)
  const epsilon = Math.round((numberAttribute(node, 'epsilon', 1e-5) * size) / (unit * unit))
  if (!(epsilon <= dtypeMax('i32')))
    throw nodeError(
      node,
      'MULTIPLIER_RANGE',
      'its input is so small that epsilon is all there is; check the samples',
    )
  // quotient = x / sqrt(sum of squares) * 2^(fraction - (ROOT_BITS - shift) / 2)
  const quotientUnit = (fraction: number): number =>
    Math.sqrt(size) * halfPower(ROOT_BITS - shift) * 2 ** -fraction
  const largest = gains.reduce((most, g) => Math.max(most, Math.abs(g)), 0) || 1
  const factor = (gain: number, fraction: number): number =>
    ((gain === 0 ? largest : Math.abs(gain)) * quotientUnit(fraction)) / target.quantisation.scale
  const recordsFor = (fraction: number) => {
    const multipliers = Array.from(gains, (gain) => multiplierFor(factor(gain, fraction), node.name))
    return {
      multipliers,
      bias: Array.from(offsets, (o, i) => Math.round(o / target.quantisation.scale / multipliers[i]!)),
    }
  }
  let fraction = FRACTION
  let records = recordsFor(fraction)
  while (records.bias.some((b) => Math.abs(b) > OFFSET_MAX) && fraction > 16) records = recordsFor(--fraction)
  if (records.bias.some((b) => Math.abs(b) > OFFSET_MAX))
    throw nodeError(node, 'MULTIPLIER_RANGE', 'an offset is too large for its gain; check the weights')
  const signed = gains.some((gain) => gain <= 0)
  const signs = signed && t.store(new Uint8Array(Int16Array.from(gains, (gain) => Math.sign(gain)).buffer))
  return t.emit<NormMacro>(
    node,
    {
      kind: 'norm',
      centred,
      inputZero: zero,
      epsilon,
      shift,
      fraction,
      gains: t.store(packRecords(records.bias, records.multipliers)),
      ...(signs && { signs }),
      output: target.output,
    },
    [x],
    target.quantisation,
  )
}

/** 2^(n/2) with operations that every machine rounds alike. */
const halfPower = (n: number): number => (n % 2 === 0 ? 2 ** (n / 2) : Math.SQRT2 * 2 ** ((n - 1) / 2))

function narrowed(node: Node, t: Translation, x: Tensor): Tensor {
  const quantisation = { dtype: 'i16', scale: x.quantisation.scale * 65536, zero: 0 } as const
  const output = { dtype: 'i16', zero: 0, low: dtypeMin('i16'), high: dtypeMax('i16') } as const
  return rescaled(node, t, x, { quantisation, output })
}
