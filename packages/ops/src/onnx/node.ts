import { ModelError } from '../errors.ts'

/** A tensor known when compiling. Integers and floats alike are held as doubles. */
export interface Constant {
  readonly type: 'float' | 'int' | 'bool'
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export type AttributeValue = number | string | readonly number[] | readonly string[] | Constant

/** Bounds of an activation that only clamps. */
export interface Clamp {
  readonly low: number
  readonly high: number
}

/** One node of an ONNX graph. */
export interface Node {
  /** For people; made up where the file has none. */
  readonly name: string
  readonly type: string
  /** Empty where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, AttributeValue>
  readonly opset: number
  /** Activations behind the node that the compiler folded into it. */
  readonly clamp?: Clamp
  /** Of a node that the compiler made of an expression of one tensor: what it does to each number. */
  readonly function?: (x: number) => number
}

/** What is known of a tensor that is computed at run time. */
export interface TensorFact {
  readonly type: Constant['type']
  readonly shape: readonly number[]
}

export const nodeError = (
  node: Node,
  code: string,
  why: string,
  data: Record<string, unknown> = {},
): ModelError =>
  new ModelError(code, `${node.type} '${node.name}': ${why}`, {
    node: node.name,
    operator: node.type,
    ...data,
  })

export function numberAttribute(node: Node, name: string, otherwise: number): number {
  const value = node.attributes.get(name)
  if (value === undefined) return otherwise
  if (typeof value !== 'number')
    throw nodeError(node, 'ATTRIBUTE_INVALID', `attribute ${name} is not a number`)
  return value
}

export function stringAttribute(node: Node, name: string, otherwise: string): string {
  const value = node.attributes.get(name)
  if (value === undefined) return otherwise
  if (typeof value !== 'string')
    throw nodeError(node, 'ATTRIBUTE_INVALID', `attribute ${name} is not a string`)
  return value
}

export function listAttribute(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name)
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'number'))
    throw nodeError(node, 'ATTRIBUTE_INVALID', `attribute ${name} is not a list of numbers`)
  return value as readonly number[]
}

/** A list of `length` integers within a range; where the attribute is missing, `otherwise` repeated. */
export function integersAttribute(
  node: Node,
  name: string,
  length: number,
  otherwise: number,
  range: { readonly min: number; readonly max: number },
): readonly number[] {
  const list = listAttribute(node, name) ?? Array.from({ length: length }, () => otherwise)
  if (
    list.length !== length ||
    list.some((item) => !Number.isInteger(item) || item < range.min || item > range.max)
  )
    throw nodeError(
      node,
      'ATTRIBUTE_INVALID',
      `attribute ${name} is [${list.join(', ')}]: ${length} integers from ${range.min} to ${range.max} are expected`,
    )
  return list
}
