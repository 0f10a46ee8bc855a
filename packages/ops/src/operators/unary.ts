import { type CurveMacro, curvePieces } from '../macros/curve.ts'
import type { TableMacro } from '../macros/table.ts'
import { TABLE_SIZE } from '../macros/table.ts'
import { type Node, nodeError, numberAttribute } from '../onnx/node.ts'
import type { Operator, Tensor, Translation } from '../onnx/operator.ts'
import { quantise } from '../quantisation.ts'
import { inputFact, mapConstant } from './elementwise.ts'

type Function = (x: number) => number

/**
 * Functions of one number. Their values go into tables when compiling and are data from then on; V8 brings its own
 * code for Math.exp and the others, so that they are the same in every build of Node.
 */
const FUNCTIONS: Readonly<Record<string, (node: Node) => Function>> = {
  Abs: () => Math.abs,
  Ceil: () => Math.ceil,
  Elu: (node) => {
    const alpha = numberAttribute(node, 'alpha', 1)
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x)
  },
  Erf: () => erf,
  Exp: () => Math.exp,
  Floor: () => Math.floor,
  Gelu: (node) =>
    node.attributes.get('approximate') === 'tanh'
      ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  HardSigmoid: (node) => {
    const [alpha, beta] = [numberAttribute(node, 'alpha', 0.2), numberAttribute(node, 'beta', 0.5)]
    return (x) => Math.max(0, Math.min(1, alpha * x + beta))
  },
  HardSwish: () => (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  LeakyRelu: (node) => {
    const alpha = numberAttribute(node, 'alpha', 0.01)
    return (x) => (x < 0 ? alpha * x : x)
  },
  Log: () => Math.log,
  Neg: () => (x) => -x,
  Reciprocal: () => (x) => 1 / x,
  Selu: (node) => {
    const alpha = numberAttribute(node, 'alpha', 1.6732632)
    const gamma = numberAttribute(node, 'gamma', 1.0507009)
    return (x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x)
  },
  Sigmoid: () => (x) => 1 / (1 + Math.exp(-x)),
  Softplus: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Sqrt: () => Math.sqrt,
  Tanh: () => Math.tanh,
}

export const unaryOperators: readonly Operator[] = Object.entries(FUNCTIONS).map(
  ([type, functionOf]): Operator => ({
    type,
    clamps: true,
    infer: (node, inputs) => [inputFact(node, inputs, 0)],
    fold: (node, [x]) => [mapConstant(x!, functionOf(node))],
    translate: (node, t) => emitFunction(node, t, functionOf(node)),
  }),
)

/** A function of one number: a table of a u8 tensor, straight pieces of an i16 one. */
export function emitFunction(node: Node, t: Translation, f: Function): Tensor {
  const x = t.tensor(node.inputs[0]!)
  const { quantisation, output } = t.target(node)
  const { dtype, scale, zero } = x.quantisation
  // Outside the function's domain no trained model has values; the nearest representable one stands there.
  const finite = (q: number): number => {
    const real = f(scale * (q - zero))
    return Number.isNaN(real) ? 0 : Math.max(-1e30, Math.min(1e30, real))
  }
  if (dtype === 'i16') {
    const { slopes, pieces } = curvePieces((q) => finite(q) / quantisation.scale)
    const macro = { kind: 'curve', slopes: t.store(slopes), pieces: t.store(pieces), output } as const
    return t.emit<CurveMacro>(node, macro, [x], quantisation)
  }
  if (dtype === 'i32')
    throw nodeError(node, 'DTYPE_UNSUPPORTED', `a function of ${dtype} values is not supported`)
  const stored = Array.from({ length: TABLE_SIZE }, (_, q) =>
    Math.min(output.high, Math.max(output.low, quantise(quantisation, finite(q)))),
  )
  const forms = { u8: Uint8Array, i16: Int16Array, i32: Int32Array }
  const entries = t.store(new Uint8Array(forms[quantisation.dtype].from(stored).buffer))
  const macro = { kind: 'table', dtype: quantisation.dtype, entries } as const
  return t.emit<TableMacro>(node, macro, [x], quantisation)
}

/** A whole expression of one tensor and scalars, which the compiler made one function. */
export const fusedFunction: Operator = {
  type: 'Function',
  clamps: true,
  infer: (node, inputs) => {
    if (!node.function) throw nodeError(node, 'OPERATOR_UNSUPPORTED', 'functions of a file are not supported')
    return [inputFact(node, inputs, 0)]
  },
  translate: (node, t) => emitFunction(node, t, node.function!),
}

/** The function of a node that is one of a single number; undefined for another operator. */
export const functionOfNode = (node: Node): Function | undefined =>
  Object.hasOwn(FUNCTIONS, node.type) ? FUNCTIONS[node.type]!(node) : undefined

/** Abramowitz and Stegun 7.1.26 is too coarse for 16 bits; this series and continued fraction reach 1e-15. */
function erf(x: number): number {
  const z = Math.abs(x)
  if (z > 6) return Math.sign(x)
  if (z < 2.5) {
    let term = z
    let sum = z
    for (let n = 1; n < 60; n++) {
      term *= (-z * z) / n
      sum += term / (2 * n + 1)
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI)
  }
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (z + fraction)
  return Math.sign(x) * (1 - Math.exp(-z * z) / ((z + fraction) * Math.sqrt(Math.PI)))
}
