import { createHash } from 'node:crypto'
import { programRoot } from '@plumbline/commitments'
import { numel, validateProgram } from '@plumbline/ir'
import { expandMacros, macroKind, ModelError } from '@plumbline/ops'
import { assembleModel, type Manifest, type Model } from '@plumbline/runtime'
import type { RangeRule } from './calibrate/range.ts'
import type { SampleSet } from './calibrate/samples.ts'
import type { TypedGraph } from './graph/graph.ts'
import { inferred } from './graph/infer.ts'
import { simplifiedGraph } from './graph/simplify.ts'
import { readOnnx } from './onnx/read.ts'
import { affineOf, type Preprocess } from './preprocess.ts'
import type { Precision } from './optimise/precision.ts'
import { searchRecipe, type Trial } from './optimise/search.ts'
import { translate, type Translated } from './quantise/translate.ts'
import type { Recipe } from './recipe.ts'
import { type Accuracy, measureAccuracy } from './report/accuracy.ts'
import { type LayerReport, layerReports } from './report/layers.ts'

export interface Progress {
  readonly stage: 'read' | 'calibrate' | 'translate' | 'evaluate'
  readonly done: number
  readonly total: number
}

export interface CompileOptions {
  readonly name?: string
  readonly labels?: readonly string[]
  /** Shapes for inputs whose dimensions the file leaves open. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>
  /** Inputs that requests give as raw bytes, by name. */
  readonly preprocess?: Readonly<Record<string, Preprocess>>
  readonly samples?: SampleSet
  /** Compile exactly as another time; samples are then only evaluated. */
  readonly recipe?: Recipe
  /** Only this rule for ranges; otherwise the best of all, judged on samples held back. */
  readonly rangeRule?: RangeRule
  /** Default: balanced. */
  readonly precision?: Precision
  /** What balanced precision keeps the error within: root mean square, as a share of the outputs'. */
  readonly maxLoss?: number
  readonly onProgress?: (progress: Progress) => void
}

export interface CompileReport {
  /** On the evaluation samples; null where there are none. */
  readonly accuracy: Accuracy | null
  /** What was tried to come nearer to the float model. */
  readonly trials: readonly Trial[]
  readonly layers: readonly LayerReport[]
  readonly steps: number
  readonly multiplyAdds: number
  readonly worstProofGas: number
  readonly constantBytes: number
  /** What whoever compiles should know. */
  readonly warnings: readonly string[]
}

/** Image models that were measured answer alike within this. */
const DEFAULT_LOSS = 0.07
/** Where one request asks for many choices among many, near ties are many, too: tokens, characters. */
const SEQUENCE_LOSS = 0.01
const MANY_CLASSES = 100

function defaultLoss({ inputs, outputs, facts }: TypedGraph): number {
  const chooses = outputs.some(({ tensor, softmax }) => {
    const { shape } = facts.get(tensor)!
    const classes = softmax === undefined ? 0 : shape[softmax]!
    return classes >= MANY_CLASSES && numel(shape) > classes
  })
  return chooses || inputs.some(({ fact }) => fact.type === 'int') ? SEQUENCE_LOSS : DEFAULT_LOSS
}

export interface CompiledModel {
  readonly model: Model
  readonly report: CompileReport
}

/**
 * Compiles an ONNX file into a model that can be executed exactly and judged on chain.
 * @throws ModelError (what is wrong with the model, naming the node), ProgramError (a rule of the registry)
 */
export async function compileModel(onnx: Uint8Array, options: CompileOptions = {}): Promise<CompiledModel> {
  const progress = options.onProgress ?? (() => {})
  progress({ stage: 'read', done: 0, total: 1 })
  const graph = simplifiedGraph(inferred(readOnnx(onnx, options.shapes ? { shapes: options.shapes } : {})))
  const preprocess = checkedPreprocess(graph, options.preprocess ?? {})
  progress({ stage: 'read', done: 1, total: 1 })

  const { recipe, trials } = options.recipe
    ? { recipe: options.recipe, trials: [] }
    : await searchRecipe({
        onnx,
        graph,
        preprocess,
        samples: options.samples?.calibration ?? [],
        rangeRule: options.rangeRule,
        precision: options.precision ?? 'balanced',
        maxLoss: options.maxLoss ?? defaultLoss(graph),
        onProgress: (done, total) => progress({ stage: 'calibrate', done, total }),
      })
  progress({ stage: 'translate', done: 0, total: 1 })
  const model = buildModel(onnx, graph, recipe, preprocess, options)
  progress({ stage: 'translate', done: 1, total: 1 })

  const evaluation = options.samples?.evaluation ?? []
  const accuracy =
    evaluation.length > 0
      ? await measureAccuracy(onnx, graph, model, preprocess, evaluation, (done, total) =>
          progress({ stage: 'evaluate', done, total }),
        )
      : null
  return { model, report: report(model, accuracy, trials, options) }
}

/** @throws ModelError PREPROCESS_INVALID */
function checkedPreprocess(
  graph: TypedGraph,
  preprocess: Readonly<Record<string, Preprocess>>,
): ReadonlyMap<string, Preprocess> {
  for (const [name, value] of Object.entries(preprocess)) {
    const input = graph.inputs.find((candidate) => candidate.name === name)
    if (input === undefined)
      throw new ModelError(
        'PREPROCESS_INVALID',
        `preprocessing names input '${name}'; the model has ${graph.inputs.map((i) => `'${i.name}'`).join(', ')}`,
        { input: name },
      )
    affineOf(value, input.fact.shape, name)
  }
  return new Map(Object.entries(preprocess))
}

function buildModel(
  onnx: Uint8Array,
  graph: TypedGraph,
  recipe: Recipe,
  preprocess: ReadonlyMap<string, Preprocess>,
  options: CompileOptions,
): Model {
  const translated = translate(graph, recipe, preprocess)
  const expanded = expandMacros(translated.list)
  validateProgram(expanded.program)
  const manifest: Manifest = {
    format: 'plumbline-model',
    version: 1,
    name: options.name ?? 'model',
    source: { sha256: createHash('sha256').update(onnx).digest('hex'), byteLength: onnx.byteLength },
    programRoot: programRoot(expanded.program),
    ...ports(graph, translated, preprocess),
    ...(options.labels && { labels: options.labels }),
    ...(options.shapes && { shapes: options.shapes }),
    macros: translated.list.macros,
    outputValues: translated.list.outputs,
    constants: usedConstants(translated),
    recipe,
  }
  return assembleModel(manifest, translated.constants)
}

function ports(
  graph: TypedGraph,
  { inputs, outputs }: Translated,
  preprocess: ReadonlyMap<string, Preprocess>,
): Pick<Manifest, 'inputs' | 'outputs'> {
  return {
    inputs: graph.inputs.map(({ name, fact }, i) => {
      const raw = preprocess.get(name)
      return { name, shape: fact.shape, ...inputs[i]!.quantisation, ...(raw && { preprocess: raw }) }
    }),
    outputs: graph.outputs.map(({ name, tensor, softmax }, i) => ({
      name,
      shape: graph.facts.get(tensor)!.shape,
      ...outputs[i]!.quantisation,
      ...(softmax !== undefined && { softmax }),
    })),
  }
}

function usedConstants({ list, constants }: Translated): Manifest['constants'] {
  const roots = new Set(
    list.macros.flatMap((macro) => (macroKind(macro).constants?.(macro) ?? []).map(({ root }) => root)),
  )
  return [...roots].map((root) => ({ root, byteLength: constants.get(root)!.byteLength }))
}

function report(
  model: Model,
  accuracy: Accuracy | null,
  trials: readonly Trial[],
  options: CompileOptions,
): CompileReport {
  const layers = layerReports(model)
  const calibrated = (options.samples?.calibration.length ?? 0) > 0 || options.recipe !== undefined
  return {
    accuracy,
    trials,
    layers,
    steps: model.program.steps.length,
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    worstProofGas: Math.max(...layers.map((layer) => layer.worstProofGas)),
    constantBytes: model.manifest.constants.reduce((sum, { byteLength }) => sum + byteLength, 0),
    warnings: calibrated
      ? []
      : ['calibrated on noise, because no samples were given: expect a loss of accuracy; give real samples'],
  }
}
