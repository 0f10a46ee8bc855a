import type { MaxPoolMacro } from '../macros/max-pool.ts'
import type { SumPoolMacro } from '../macros/sum-pool.ts'
import { type Node, nodeError, numberAttribute, type TensorFact } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { multiplierFor } from '../quantisation.ts'
import { packRecords } from '../rows.ts'
import type { Window } from '../window.ts'
import { inputFact } from './elementwise.ts'
import { reshapedTo, slidable } from './layout.ts'
import { paddingBehind, roundsUp, spatialShape, spatialWindow, windowFact } from './spatial.ts'

export const maxPool: Operator = {
  type: 'MaxPool',
  keepsValues: true,
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    return [windowFact(node, x, poolWindow(node, x), x.shape[1]!)]
  },
  translate: (node, t) => {
    const fact = t.fact(node.inputs[0]!)
    const x = slidable(node, t, t.tensor(node.inputs[0]!))
    const output = t.bounds(node, x.quantisation)
    const macro = { kind: 'max-pool', window: poolWindow(node, fact), output } as const
    const result = t.emit<MaxPoolMacro>(node, macro, [x], x.quantisation)
    return reshapedTo(node, t, result, t.fact(node.outputs[0]!).shape)
  },
}

export const averagePool: Operator = {
  type: 'AveragePool',
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    return [windowFact(node, x, poolWindow(node, x), x.shape[1]!)]
  },
  translate: (node, t) => {
    const fact = t.fact(node.inputs[0]!)
    const window = poolWindow(node, fact)
    return emitAverage(node, t, window, windowCounts(node, fact, window))
  },
}

export const globalAveragePool: Operator = {
  type: 'GlobalAveragePool',
  clamps: true,
  infer: (node, inputs) => {
    const x = inputFact(node, inputs, 0)
    return [windowFact(node, x, globalWindow(node, x), x.shape[1]!)]
  },
  translate: (node, t) => {
    const window = globalWindow(node, t.fact(node.inputs[0]!))
    return emitAverage(node, t, window, [window.kernel[0] * window.kernel[1]])
  },
}

function poolWindow(node: Node, x: TensorFact): Window {
  if (!node.attributes.has('kernel_shape'))
    throw nodeError(node, 'ATTRIBUTE_INVALID', 'kernel_shape is missing')
  return spatialWindow(node, x, [], roundsUp(node))
}

function globalWindow(node: Node, x: TensorFact): Window {
  const [, , height, width] = spatialShape(node, x)
  return { kernel: [height, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0], out: [1, 1] }
}

/** How many elements every output position divides by, row-major. */
function windowCounts(node: Node, x: TensorFact, window: Window): readonly number[] {
  const [, , height, width] = spatialShape(node, x)
  const countPads = numberAttribute(node, 'count_include_pad', 0) === 1
  const behind = paddingBehind(node, x, window)
  // Counted padding ends where the attribute says; what rounding the size up adds behind it never counts.
  const counted = (axis: 0 | 1, size: number, position: number): number => {
    const low = countPads ? -window.pads[axis] : 0
    const high = countPads ? size + behind[axis] : size
    let count = 0
    for (let k = 0; k < window.kernel[axis]; k++) {
      const at = position * window.strides[axis] - window.pads[axis] + k * window.dilations[axis]
      if (at >= low && at < high) count++
    }
    return count
  }
  const rows = Array.from({ length: window.out[0] }, (_, i) => counted(0, height, i))
  const columns = Array.from({ length: window.out[1] }, (_, i) => counted(1, width, i))
  return rows.flatMap((r) => columns.map((c) => r * c))
}

function emitAverage(node: Node, t: Translation, window: Window, counts: readonly number[]): Tensor {
  const x = slidable(node, t, t.tensor(node.inputs[0]!))
  const target = t.target(node)
  const ratio = x.quantisation.scale / target.quantisation.scale
  const multipliers = counts.map((count) => multiplierFor(ratio / count, node.name))
  const uniform = multipliers.every((m) => m === multipliers[0])
  const result = t.emit<SumPoolMacro>(
    node,
    {
      kind: 'sum-pool',
      window,
      inputZero: x.quantisation.zero,
      output: target.output,
      multiplier: uniform
        ? multipliers[0]!
        : t.store(
            packRecords(
              multipliers.map(() => 0),
              multipliers,
            ),
          ),
    },
    [x],
    target.quantisation,
  )
  return reshapedTo(node, t, result, t.fact(node.outputs[0]!).shape)
}
