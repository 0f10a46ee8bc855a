import { byteLength } from '@plumbline/ir'
import { logicalBytes, type Lowering, type Value } from '@plumbline/ops'
import { prepareProgram } from '../compiled/run.ts'
import { openSession } from '../onnxruntime/session.ts'
import { lowerMacros } from '../onnxruntime/writer.ts'
import { type Layer, layerTypes } from './layer.ts'
import type { Random } from './random.ts'

export interface LayerComparison {
  /** Output elements compared. */
  readonly elements: number
  /** The first that differs. */
  readonly mismatch: { readonly node: string; readonly element: number } | null
}

/** Runs a layer through ONNX Runtime and through the interpreter on `runs` random inputs, up to the first difference. */
export async function compareLayer(
  layer: Layer,
  weights: Lowering['weights'],
  random: Random,
  runs: number,
): Promise<LayerComparison> {
  const types = layerTypes(layer)
  const { bytes: graph } = lowerMacros({
    inputs: types,
    macros: [layer.macro],
    values: [...layer.inputs, layer.result],
    outputs: [layer.inputs.length],
    constants: layer.constants,
    weights,
  })
  const session = await openSession(graph, types)
  const interpreter = prepareProgram(layer.program, layer.constants)
  let elements = 0
  try {
    for (let run = 0; run < runs; run++) {
      const stored = layer.program.inputs.map((type) => random.bytes(byteLength(type)))
      const trace = await interpreter.run(stored)
      const expected = logicalBytes(layer.result, bytesOf(layer, layer.result, trace))
      const inputs = layer.inputs.map((value) => logicalBytes(value, bytesOf(layer, value, stored)))
      const [actual] = await session.run(inputs)
      const size = byteLength({ dtype: layer.result.dtype, shape: [1] })
      elements += expected.byteLength / size
      const at = expected.findIndex((byte, i) => byte !== actual![i])
      if (at >= 0 || actual!.byteLength !== expected.byteLength)
        return { elements, mismatch: { node: layer.node, element: Math.floor(at / size) } }
    }
  } finally {
    await session.close()
  }
  return { elements, mismatch: null }
}

/** The tensor that stores a value: a constant, or one of the layer's inputs or steps. */
function bytesOf(layer: Layer, { ref }: Value, tensors: readonly Uint8Array[]): Uint8Array {
  return ref.class === 'constant' ? layer.constants.get(ref.root)! : tensors[ref.index]!
}
