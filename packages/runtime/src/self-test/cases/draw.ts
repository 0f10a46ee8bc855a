import { tensorRoot } from '@plumbline/commitments'
import { type Constants, dtypeMax, dtypeMin, type Hash, type TensorType } from '@plumbline/ir'
import { type ConstantRef, dense, type MacroBase, type Output, packRows, type Value } from '@plumbline/ops'
import type { Random } from '../random.ts'

/** One macro with constants, for random inputs. */
export interface MacroCase {
  readonly inputs: readonly TensorType[]
  readonly macro: MacroBase
  readonly constants: Constants
}

/** Multipliers around 1 / reach, many of them powers of two: those make exact ties. */
export function multiplier(random: Random, reach: number): number {
  const exponent = Math.round(Math.log2(255 / reach)) + random.integer(-3, 4)
  const mantissa = random.pick([1, 1, 1.5, 1 + random.integer(0, 2 ** 23 - 1) / 2 ** 23])
  return mantissa * 2 ** exponent
}

export function output(
  random: Random,
  dtypes: readonly Output['dtype'][] = ['u8', 'u8', 'u8', 'i16'],
): Output {
  const dtype = random.pick(dtypes)
  const [min, max] = [dtypeMin(dtype), dtypeMax(dtype)]
  const zero =
    dtype === 'u8' ? random.pick([0, 128, random.integer(0, 255)]) : random.pick([0, random.integer(-99, 99)])
  const narrow = random.integer(0, 3) === 0
  const low = narrow ? Math.max(min, random.integer(-20, 100)) : min
  return { dtype, zero, low, high: narrow ? low + random.integer(0, 120) : max }
}

export interface Store {
  readonly constants: Map<Hash, Uint8Array>
  readonly put: (bytes: Uint8Array) => ConstantRef
}

export function newStore(): Store {
  const constants = new Map<Hash, Uint8Array>()
  return {
    constants,
    put: (bytes) => {
      const root = tensorRoot(bytes)
      constants.set(root, bytes)
      return { root, byteLength: bytes.byteLength }
    },
  }
}

export function rows(random: Random, count: number, order: Int32Array, store: Store): ConstantRef {
  const extreme = random.integer(0, 2) === 0
  const weights = Int8Array.from({ length: count * order.length }, () =>
    extreme ? random.pick([-127, 127, 0]) : random.integer(-127, 127),
  )
  const reach = Math.sqrt(order.length) * 64 * 128
  const bias = Int32Array.from({ length: count }, () => random.integer(-reach, reach))
  const multipliers = Float32Array.from({ length: count }, () => multiplier(random, reach))
  return store.put(packRows({ weights, bias, multipliers }, order))
}

export const image = (shape: readonly number[]): Value => dense({ class: 'input', index: 0 }, 'u8', shape)
export const u8 = (shape: readonly number[]): TensorType => ({ dtype: 'u8', shape })
