import type { DataType, Step } from '@plumbline/ir'
import type { StepCase } from '../../../../test/support/random-step.ts'
import type { Random } from '../../../../test/support/random.ts'
import {
  axesOf,
  caseOf,
  drawFinish,
  drawIndex,
  drawOperand,
  noTensors,
  registrable,
  shuffled,
} from './draw.ts'

/** Which operands use an output axis. */
type Role = 'left' | 'right' | 'both' | 'none'

const SIZES = { left: [2, 9], right: [3, 25], both: [1, 6], none: [1, 2] } as const
const DTYPES: readonly (readonly [DataType, DataType])[] = [
  ['u8', 'u8'],
  ['u8', 'u8'],
  ['u8', 'u8'],
  ['i16', 'u8'],
  ['u8', 'i16'],
  ['i16', 'i16'],
  ['i32', 'u8'],
  ['u8', 'i32'],
  ['i16', 'i32'],
]

/**
 * A random registrable DOT step that is a product of matrices: convolutions with all their variants, grouped, batched
 * and transposed products, in any order of axes, read forwards and backwards, with padding and gaps.
 */
export const randomProduct = (r: Random): StepCase => registrable(() => draw(r))

function draw(r: Random): StepCase {
  const more = Array.from({ length: r.int(0, 2) }, () =>
    r.pick<Role>(['left', 'right', 'both', 'both', 'none']),
  )
  const roles = shuffled<Role>(r, ['left', 'right', ...more])
  const outputExtents = roles.map((role) => r.int(SIZES[role][0], SIZES[role][1]))
  const reductionExtents = [...Array.from({ length: r.int(0, 2) }, () => r.int(1, 5)), r.int(3, 60)]
  const outputs = axesOf(outputExtents)
  const used = (role: Role) => [
    ...outputs.filter(({ axis }) => roles[axis] === role || roles[axis] === 'both'),
    ...axesOf(reductionExtents, outputs.length),
  ]
  const tensors = noTensors()
  const [leftType, rightType] = r.pick(DTYPES)
  const left = drawOperand(r, tensors, leftType, used('left'))
  const right = drawOperand(r, tensors, rightType, used('right'))
  const [a, b] = r.chance(0.5) ? [left, right] : [right, left]
  // An index that only the records use.
  const indexed = r.chance(0.15) ? drawIndex(r, tensors, outputs) : null
  const recordAxes = outputs.filter(() => r.chance(0.6))
  const finish = drawFinish(r, tensors, indexed ? [...recordAxes, indexed.index] : recordAxes)
  const step: Step = {
    kind: 'DOT',
    outputExtents,
    reductionExtents,
    a,
    b,
    ...(indexed && { g: indexed.g }),
    ...finish,
  }
  return caseOf(step, tensors)
}
