import type { Tensor } from '../onnx/operator.ts'

/** Preprocessing that is one scale and one offset for all channels, in their own order. */
export const isUniform = (x: Tensor): boolean =>
  x.affine === undefined ||
  (x.affine.scale.every((s) => s === x.affine!.scale[0]) &&
    x.affine.offset.every((o) => o === x.affine!.offset[0]) &&
    x.affine.order.every((raw, c) => raw === c))
