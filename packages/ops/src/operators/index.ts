import type { Operator } from '../onnx/operator.ts'
import { clip, relu } from './activation.ts'
import { add, div, mul, sub } from './arithmetic.ts'
import { batchNormalization } from './batch-normalization.ts'
import { concat } from './concat.ts'
import { constant } from './constant.ts'
import { conv } from './conv.ts'
import { convTranspose } from './conv-transpose.ts'
import { expand } from './expand.ts'
import { gather } from './gather.ts'
import { gemm } from './gemm.ts'
import { dropout, identity } from './identity.ts'
import { matmul } from './matmul.ts'
import { layerNormalization, rmsNormalization } from './normalisation.ts'
import { averagePool, globalAveragePool, maxPool } from './pool.ts'
import { depthToSpace, resize, spaceToDepth, upsample } from './rearrange.ts'
import { reduceMax, reduceMean, reduceSum } from './reduce.ts'
import { flatten, reshape } from './reshape.ts'
import { max, min, pow } from './scalar.ts'
import { cast, constantOfShape, range, shape, size } from './shape.ts'
import { slice } from './slice.ts'
import { softmax } from './softmax.ts'
import { split } from './split.ts'
import { squeeze, unsqueeze } from './squeeze.ts'
import { transpose } from './transpose.ts'
import { fusedFunction, unaryOperators } from './unary.ts'

const OPERATORS: readonly Operator[] = [
  add,
  averagePool,
  batchNormalization,
  cast,
  clip,
  concat,
  constant,
  constantOfShape,
  conv,
  convTranspose,
  depthToSpace,
  div,
  dropout,
  expand,
  flatten,
  fusedFunction,
  gather,
  gemm,
  globalAveragePool,
  identity,
  layerNormalization,
  matmul,
  max,
  maxPool,
  min,
  mul,
  pow,
  range,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  rmsNormalization,
  reshape,
  resize,
  shape,
  size,
  slice,
  softmax,
  spaceToDepth,
  split,
  squeeze,
  sub,
  transpose,
  unsqueeze,
  upsample,
  ...unaryOperators,
]
const BY_TYPE = new Map(OPERATORS.map((operator) => [operator.type, operator]))

export const operatorTypes: readonly string[] = [...BY_TYPE.keys()]
  .filter((type) => type !== fusedFunction.type)
  .sort()
export const operatorOf = (type: string): Operator | undefined => BY_TYPE.get(type)
