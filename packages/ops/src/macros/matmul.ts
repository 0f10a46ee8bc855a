import { maxMagnitude, type Step } from '@plumbline/ir'
import { ModelError } from '../errors.ts'
import { castTo, clipTo, finishFloat, type Lowering, scalar } from '../lowering.ts'
import {
  ACCUMULATOR_LIMIT,
  type Expansion,
  type LoweredValue,
  type MacroBase,
  type MacroKind,
  type Output,
} from '../macro.ts'
import { coordinate, makeStep, operand, term } from '../nest.ts'
import { pointwise, refine } from '../pointwise.ts'
import { fitsProof, provable } from '../split.ts'
import { axisSize, dense, isRowMajor, shapeOf, type Value } from '../value.ts'
import { EXACT_DOUBLE, finishDouble, widened } from '../wide.ts'
import { copied } from './copy.ts'

/** The matrix product of two computed values, with broadcast leading axes. */
export interface MatMulMacro extends MacroBase {
  readonly kind: 'matmul'
  readonly zeros: readonly [number, number]
  /** A float32, as a number. */
  readonly multiplier: number
  readonly output: Output
}

export const matmul: MacroKind<MatMulMacro> = {
  kind: 'matmul',
  expand: (macro, inputs, at) => {
    const [a, b] = inputs as [Value, Value]
    const direct = matmulStep(macro, a, b)
    if (direct && fitsProof(direct.step)) return finish(direct, [], at)
    // A reduction across rows touches a leaf an element: store both operands with the reduced axis innermost.
    const left = isRowMajor(a) ? { steps: [], value: a } : copied(a, at)
    const right = copied(b, at + left.steps.length, columnsLast(b))
    const before = [...left.steps, ...right.steps]
    const copiedStep = matmulStep(macro, left.value, right.value)
    if (copiedStep === null) throw new ModelError('LAYOUT', `${macro.node}: operands do not line up`)
    return finish(copiedStep, before, at)
  },
  lower: lowerMatMul,
  bound: (macro, inputs) => {
    const [a, b] = inputs as [Value, Value]
    const length = shapeOf(a).at(-1)!
    const product = maxMagnitude(a.dtype, macro.zeros[0]) * maxMagnitude(b.dtype, macro.zeros[1])
    // Partial sums of a product that is split for its proof are i32; otherwise float64 holds them.
    const whole = matmul.expand(macro, inputs, 0).steps.filter(({ kind }) => kind === 'DOT').length === 1
    const split = matmul
      .expand(macro, inputs, 0)
      .steps.some((step) => step.kind === 'DOT' && step.dtype !== macro.output.dtype)
    const bytes = a.dtype === 'u8' && b.dtype === 'u8'
    const limit = bytes || split || !whole ? ACCUMULATOR_LIMIT : EXACT_DOUBLE
    return { magnitude: length * product, limit, where: 'the product' }
  },
}

interface Product {
  readonly step: Step
  readonly shape: readonly number[]
  readonly dtype: Output['dtype']
}

function finish(product: Product, before: readonly Step[], at: number): Expansion {
  const steps = [...before, ...provable(product.step, at + before.length)]
  return {
    steps,
    value: dense({ class: 'step', index: at + steps.length - 1 }, product.dtype, product.shape),
  }
}

const columnsLast = (value: Value): readonly number[] => {
  const rank = value.axes.length
  return [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]
}

function matmulStep(macro: MatMulMacro, a: Value, b: Value): Product | null {
  const rank = Math.max(a.axes.length, b.axes.length)
  const batch = (value: Value): Value => ({ ...value, axes: value.axes.slice(0, -2) })
  const shape = Array.from({ length: rank - 2 }, (_, i) =>
    Math.max(...[a, b].map((v) => axisSize(v.axes[v.axes.length - rank + i] ?? []))),
  )
  const leading = pointwise([batch(a), batch(b)], shape)
  const reduced = refine([a.axes.at(-1)!, b.axes.at(-2)!])
  if (leading === null || reduced === null) return null
  // Row-major over the leading axes whatever the operands' storage: digits in logical order.
  const loops = leading.loops.toSorted((x, y) => x.axis - y.axis)
  const rows = a.axes.at(-2)!
  const columns = b.axes.at(-1)!
  const lead = loops.length
  const first = { rows: lead, columns: lead + rows.length, reduced: lead + rows.length + columns.length }
  const shared = (operandIndex: number) => [
    ...loops.map((loop, i) => coordinate(loop.size, loop.strides[operandIndex]!, 0, [term(i)])),
    ...reduced.map((loop, i) =>
      coordinate(loop.size, loop.strides[operandIndex]!, 0, [term(first.reduced + i)]),
    ),
  ]
  const own = (digits: Value['axes'][number], at: number) =>
    digits.map(({ size, stride }, i) => coordinate(size, stride, 0, [term(at + i)]))
  const outputs = [...loops, ...rows, ...columns].map(({ size }) => size)
  const step = makeStep(
    'DOT',
    outputs.length ? outputs : [1],
    reduced.map(({ size }) => size),
    { ...macro.output, multiplier: macro.multiplier },
    {
      a: operand(a, [...shared(0), ...own(rows, first.rows)], { zero: macro.zeros[0] }),
      b: operand(b, [...shared(1), ...own(columns, first.columns)], { zero: macro.zeros[1] }),
    },
  )
  return { step, shape: [...shape, axisSize(rows), axisSize(columns)], dtype: macro.output.dtype }
}

function lowerMatMul(macro: MatMulMacro, inputs: readonly LoweredValue[], g: Lowering): string {
  const [a, b] = inputs as [LoweredValue, LoweredValue]
  const [zeroA, zeroB] = macro.zeros.map((zero, i) => scalar(g, inputs[i]!.value.dtype, zero)) as [
    string,
    string,
  ]
  if (a.value.dtype !== 'u8' || b.value.dtype !== 'u8') {
    const [left, right] = inputs.map(({ name }, i) => widened(g, name, macro.zeros[i]!))
    return finishDouble(g, g.node('MatMul', [left!, right!]), macro.multiplier, macro.output)
  }
  if (macro.output.dtype !== 'u8') {
    const sums = g.node('MatMulInteger', [a.name, b.name, zeroA, zeroB])
    return finishFloat(g, castTo(g, sums, 'f32'), macro.multiplier, macro.output)
  }
  const product = g.node('QLinearMatMul', [
    a.name,
    scalar(g, 'f32', 1),
    zeroA,
    b.name,
    scalar(g, 'f32', macro.multiplier),
    zeroB,
    scalar(g, 'f32', 1),
    scalar(g, 'u8', macro.output.zero),
  ])
  return clipTo(g, product, macro.output)
}
