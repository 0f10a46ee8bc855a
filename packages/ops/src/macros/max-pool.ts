import { castTo, clipFloat } from '../lowering.ts'
import type { MacroBase, MacroKind, Output } from '../macro.ts'
import { makeStep, operand } from '../nest.ts'
import { provable } from '../split.ts'
import { dense, shapeOf } from '../value.ts'
import { poolCoordinates, type Window, windowAttributes } from '../window.ts'

/** The largest value under a window; padding never wins. Scale and zero point stay. */
export interface MaxPoolMacro extends MacroBase {
  readonly kind: 'max-pool'
  readonly window: Window
  readonly output: Output
}

export const maxPool: MacroKind<MaxPoolMacro> = {
  kind: 'max-pool',
  expand: (macro, inputs, at) => {
    const input = inputs[0]!
    const [batch, channels] = shapeOf(input) as [number, number]
    const { window, output } = macro
    const loops = { n: 0, oh: 1, ow: 2, channel: 3, kh: 4, kw: 5 }
    const step = makeStep(
      'MAX',
      [batch, ...window.out, channels],
      window.kernel,
      { dtype: output.dtype, low: output.low, high: output.high },
      { a: operand(input, poolCoordinates(input, window, loops), { weight: 1 }) },
    )
    const steps = provable(step, at)
    const shape = [batch, channels, ...window.out]
    return {
      steps,
      value: dense({ class: 'step', index: at + steps.length - 1 }, output.dtype, shape, [0, 2, 3, 1]),
    }
  },
  // MaxPool on 8-bit integers is slow in ONNX Runtime; float32 holds them exactly.
  lower: (macro, inputs, g) => {
    const { name, value } = inputs[0]!
    const pooled = g.node('MaxPool', [castTo(g, name, 'f32')], windowAttributes(macro.window, shapeOf(value)))
    return castTo(g, clipFloat(g, pooled, macro.output), macro.output.dtype)
  },
}
