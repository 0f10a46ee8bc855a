import { bytesOf } from '@plumbline/ir'
import { quantise, type Quantisation } from '@plumbline/ops'
import { calibrate } from '../calibrate/calibrate.ts'
import { type FloatModel, loadFloatModel } from '../calibrate/float-model.ts'
import { RANGE_RULES, type RangeRule } from '../calibrate/range.ts'
import { floatInputs, type Sample, samplesHash, syntheticSamples } from '../calibrate/samples.ts'
import type { TypedGraph } from '../graph/graph.ts'
import type { Preprocess } from '../preprocess.ts'
import { chooseTensors } from '../quantise/choose.ts'
import { precisionGroups } from '../quantise/precision.ts'
import { translate, type Translated } from '../quantise/translate.ts'
import type { Recipe } from '../recipe.ts'
import { type Example, fidelity } from './fidelity.ts'
import { choosePrecision, type Precision } from './precision.ts'
import { feedbackRoundings } from './roundings.ts'

/** One thing that was tried, and how near to the float model it came on calibration samples that it never saw. */
export interface Trial {
  readonly what: string
  readonly decibels: number
  readonly kept: boolean
}

export interface SearchRequest {
  readonly onnx: Uint8Array
  readonly graph: TypedGraph
  readonly preprocess: ReadonlyMap<string, Preprocess>
  /** None: noise is used. */
  readonly samples: readonly Sample[]
  /** Only this rule, without comparing. */
  readonly rangeRule: RangeRule | undefined
  readonly precision: Precision
  /** Largest error of the outputs, root mean square, as a share of theirs. */
  readonly maxLoss: number
  readonly onProgress: (done: number, total: number) => void
}

export interface SearchResult {
  readonly recipe: Recipe
  readonly trials: readonly Trial[]
}

const SYNTHETIC_SAMPLES = 32
/** Fewer samples than this are all needed for the ranges. */
const ENOUGH = 4
const MAX_EXAMPLES = 24
/** Gains below this, in decibels, are noise. */
const WORTH = 0.1

/** Finds ranges and roundings: tries ideas in turn and keeps each only where it brings the model nearer to float. */
export async function searchRecipe(request: SearchRequest): Promise<SearchResult> {
  const { graph, preprocess } = request
  const given = request.samples.length > 0
  const samples = given ? request.samples : syntheticSamples(graph.inputs, preprocess, SYNTHETIC_SAMPLES)
  const held = samples.length >= ENOUGH ? samples.filter((_, i) => i % 4 === 3).slice(0, MAX_EXAMPLES) : []
  const fitted = samples.filter((sample) => !held.includes(sample))
  const names = [...graph.inputs.map(({ name }) => name), ...graph.nodes.map(({ outputs }) => outputs[0]!)]
  const float = await loadFloatModel(request.onnx, graph.inputs, names)
  try {
    const inputs = fitted.map((sample) => floatInputs(sample, graph.inputs, preprocess))
    const estimates = await calibrate(float, inputs, request.onProgress)
    const recipeFor = (rule: RangeRule, wide?: ReadonlySet<string>): Recipe => ({
      version: 1,
      tensors: chooseTensors(graph, estimates, rule, new Set(preprocess.keys()), wide),
      origin: {
        rule: given ? rule : `${rule} on noise`,
        samples: samples.length,
        samplesSha256: samplesHash(samples),
      },
    })
    if (held.length === 0 || !given) {
      const groups = request.precision === 'high' ? precisionGroups(graph, new Set(preprocess.keys())) : []
      const wide = new Set(groups.flatMap(({ classes }) => classes))
      return { recipe: recipeFor(request.rangeRule ?? 'mse', wide), trials: [] }
    }
    const outputs = await floatOutputs(float, request, held)
    return await compareIdeas(request, recipeFor, fitted, held, outputs)
  } finally {
    await float.close()
  }
}

async function compareIdeas(
  request: SearchRequest,
  recipeFor: (rule: RangeRule, wide?: ReadonlySet<string>) => Recipe,
  fitted: readonly Sample[],
  held: readonly Sample[],
  outputs: readonly (readonly Float32Array[])[],
): Promise<SearchResult> {
  const { graph, preprocess } = request
  const trials: Trial[] = []
  const measured = async (recipe: Recipe): Promise<{ translated: Translated; decibels: number }> => {
    const translated = translate(graph, recipe, preprocess)
    const examples = held.map((sample, i): Example => ({
      inputs: storedInputs(translated, sample),
      outputs: outputs[i]!,
    }))
    return { translated, decibels: await fidelity(translated, examples) }
  }

  let best: Candidate | null = null
  let chosen: RangeRule = 'mse'
  for (const rule of request.rangeRule ? [request.rangeRule] : RANGE_RULES) {
    const recipe = recipeFor(rule)
    const result = await measured(recipe)
    const kept: boolean = best === null || result.decibels > best.decibels + WORTH
    trials.push({ what: `ranges by ${rule}`, decibels: result.decibels, kept })
    if (kept) [best, chosen] = [{ recipe, ...result }, rule]
  }
  const stored = fitted.map((sample) => storedInputs(best!.translated, sample))
  const rounded = async (from: Candidate): Promise<Candidate> => {
    const roundings = await feedbackRoundings(from.translated, stored.slice(0, MAX_EXAMPLES))
    if (Object.keys(roundings).length === 0) return from
    const recipe = { ...from.recipe, roundings }
    const result = { recipe, ...(await measured(recipe)) }
    const kept = result.decibels > from.decibels + WORTH
    trials.push({ what: 'weights rounded with error feedback', decibels: result.decibels, kept })
    return kept ? result : from
  }
  const narrow = await rounded(best!)
  const { roundings } = narrow.recipe
  const { best: settled, trials: widths } = await choosePrecision<Candidate>(
    graph,
    new Set(preprocess.keys()),
    request.precision,
    -20 * Math.log10(request.maxLoss),
    narrow,
    async (wide) => {
      const recipe = { ...recipeFor(chosen, wide), ...(roundings && { roundings }) }
      return { recipe, ...(await measured(recipe)) }
    },
  )
  trials.push(...widths)
  return { recipe: settled.recipe, trials }
}

interface Candidate {
  readonly recipe: Recipe
  readonly translated: Translated
  readonly decibels: number
}

/** The bytes that a request would carry for a sample. */
function storedInputs({ inputs }: Translated, sample: Sample): readonly Uint8Array[] {
  return sample.inputs.map((data, i) =>
    data instanceof Uint8Array ? data : quantisedBytes(inputs[i]!.quantisation, data),
  )
}

function quantisedBytes(quantisation: Quantisation, reals: Float32Array): Uint8Array {
  const forms = { u8: Uint8Array, i16: Int16Array, i32: Int32Array }
  const stored = Array.from(reals, (real) => quantise(quantisation, real))
  return bytesOf(forms[quantisation.dtype].from(stored))
}

async function floatOutputs(
  float: FloatModel,
  { graph, preprocess }: SearchRequest,
  samples: readonly Sample[],
): Promise<readonly (readonly Float32Array[])[]> {
  const results: (readonly Float32Array[])[] = []
  for (const sample of samples) {
    const tensors = await float.run(floatInputs(sample, graph.inputs, preprocess))
    results.push(graph.outputs.map(({ tensor }) => tensors.get(tensor)!.slice()))
  }
  return results
}
