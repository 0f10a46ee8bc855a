import type { Operator } from '../onnx/operator.ts'
import { clip, relu } from './activation.ts'
import { add } from './add.ts'
import { batchNormalization } from './batch-normalization.ts'
import { concat } from './concat.ts'
import { constant } from './constant.ts'
import { conv } from './conv.ts'
import { gemm } from './gemm.ts'
import { dropout, identity } from './identity.ts'
import { matmul } from './matmul.ts'
import { averagePool, globalAveragePool, maxPool } from './pool.ts'
import { flatten, reshape } from './reshape.ts'
import { softmax } from './softmax.ts'
import { transpose } from './transpose.ts'

const OPERATORS: readonly Operator[] = [
  add,
  averagePool,
  batchNormalization,
  clip,
  concat,
  constant,
  conv,
  dropout,
  flatten,
  gemm,
  globalAveragePool,
  identity,
  matmul,
  maxPool,
  relu,
  reshape,
  softmax,
  transpose,
]
const BY_TYPE = new Map(OPERATORS.map((operator) => [operator.type, operator]))

export const operatorTypes: readonly string[] = [...BY_TYPE.keys()].sort()
export const operatorOf = (type: string): Operator | undefined => BY_TYPE.get(type)
