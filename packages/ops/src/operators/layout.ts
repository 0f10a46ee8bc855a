import { dtypeSize } from '@plumbline/ir'
import type { CopyMacro } from '../macros/copy.ts'
import type { SliceMacro } from '../macros/slice.ts'
import type { ReshapeMacro } from '../macros/reshape.ts'
import type { Node } from '../onnx/node.ts'
import type { Tensor, Translation } from '../onnx/operator.ts'
import { shapeOf, single, type Value } from '../value.ts'
import { canSlide } from '../window.ts'

export function reshapedTo(node: Node, t: Translation, x: Tensor, shape: readonly number[]): Tensor {
  const now = shapeOf(x.value)
  if (now.length === shape.length && now.every((size, axis) => size === shape[axis])) return x
  const result = t.emit<ReshapeMacro>(node, { kind: 'reshape', shape }, [x], x.quantisation)
  return x.affine ? { ...result, affine: x.affine } : result
}

/**
 * An N, C, H, W view in which every axis is one progression, so that a window can slide over it. Planes are stored
 * anew, channels last: a window of planes is scattered, and each scattered run brings its own path into a proof.
 */
export function slidable(node: Node, t: Translation, x: Tensor): Tensor {
  const shape = shapeOf(x.value)
  const four = shape.length === 3 ? reshapedTo(node, t, x, [shape[0]!, shape[1]!, 1, shape[2]!]) : x
  if (canSlide(four.value) && !isPlanar(four.value)) return four
  const copy = t.emit<CopyMacro>(node, { kind: 'copy', order: [0, 2, 3, 1] }, [four], four.quantisation)
  return four.affine ? { ...copy, affine: four.affine } : copy
}

/** Bytes of a plane from which the paths to its runs cost more in a proof than the copy's own steps. */
const LARGE_PLANE = 4_096

function isPlanar({ axes, dtype }: Value): boolean {
  const [channel, column] = [single(axes[1]!), single(axes[3]!)]
  if (channel === null || column === null || channel.size === 1 || column.size === 1) return false
  return channel.stride > column.stride && channel.stride * dtypeSize(dtype) > LARGE_PLANE
}

/** `count` elements of an axis from `start`. */
export function cropped(
  node: Node,
  t: Translation,
  x: Tensor,
  axis: number,
  start: number,
  count: number,
): Tensor {
  if (start === 0 && shapeOf(x.value)[axis] === count) return x
  return t.emit<SliceMacro>(node, { kind: 'slice', axis, start, stride: 1, count }, [x], x.quantisation)
}
