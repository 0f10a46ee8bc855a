import { type Constant, listAttribute, type Node, nodeError, numberAttribute } from '../onnx/node.ts'

/** Axis `axis` of `rank`, counted from the end where negative. @throws ModelError ATTRIBUTE_INVALID */
export function axisAt(node: Node, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    throw nodeError(node, 'ATTRIBUTE_INVALID', `axis ${axis} of ${rank} axes`)
  return at
}

export const axisAttribute = (node: Node, rank: number, otherwise: number): number =>
  axisAt(node, numberAttribute(node, 'axis', otherwise), rank)

/** A list that is an attribute in older opsets and an input in newer ones. @throws ModelError WEIGHTS_COMPUTED */
export function listOf(
  node: Node,
  name: string,
  index: number,
  constants: readonly (Constant | null)[],
): readonly number[] | undefined {
  const attribute = listAttribute(node, name)
  if (attribute !== undefined) return attribute
  if (!node.inputs[index]) return undefined
  const known = constants[index]
  if (!known)
    throw nodeError(
      node,
      'WEIGHTS_COMPUTED',
      `its ${name} ('${node.inputs[index]}') are computed at run time`,
    )
  return [...known.data]
}
