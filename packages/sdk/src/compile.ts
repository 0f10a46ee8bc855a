import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  type CompiledModel,
  compileModel,
  type CompileOptions,
  inspectModel,
  parsePreprocess,
  parseRecipe,
  type Precision,
  type Preprocess,
  type Progress,
  type RangeRule,
  readModelFile,
  readSamples,
  type Sample,
  type SampleInput,
  type SampleSet,
  splitSamples,
} from '@plumbline/compiler'
import { SdkError } from './errors.ts'
import { readBounded, readIdxSamples } from './items.ts'

/** How to compile a file, as people write it. Samples are IDX files, or folders as `docs/models.md` says. */
export interface CompileFileOptions {
  readonly name?: string
  /** Class names, separated by commas. */
  readonly labels?: string
  readonly samples?: string
  readonly sampleLabels?: string
  /** Evaluate on these; else on three of four of `samples`. */
  readonly testSamples?: string
  readonly testLabels?: string
  /** Most samples taken of either file. */
  readonly sampleLimit: number
  readonly testLimit: number
  /** `INPUT:scale=1/255,mean=…`, several separated by semicolons. */
  readonly preprocess?: string
  /** `INPUT=1x3x224x224`, several separated by semicolons. */
  readonly shape?: string
  /** Path of a recipe, or of a manifest that holds one. */
  readonly recipe?: string
  readonly rangeRule?: string
  /** fast, balanced or high. */
  readonly precision?: string
  /** Share of the outputs that their error may be: a number below 1. */
  readonly maxLoss?: string
  readonly onProgress?: (progress: Progress) => void
}

export interface CompiledFile extends CompiledModel {
  readonly source: Uint8Array
}

/** @throws SdkError, ModelError, ProgramError */
export async function compileFile(path: string, options: CompileFileOptions): Promise<CompiledFile> {
  const source = await readModelFile(path)
  const compiled = await compileModel(source, await parseOptions(path, source, options))
  return { ...compiled, source }
}

async function parseOptions(
  path: string,
  source: Uint8Array,
  options: CompileFileOptions,
): Promise<CompileOptions> {
  const { labels, recipe, rangeRule, precision, maxLoss, onProgress } = options
  const shapes = options.shape === undefined ? undefined : parseShapes(options.shape)
  const preprocess = options.preprocess === undefined ? undefined : parsePreprocesses(options.preprocess)
  const inputs = (): readonly SampleInput[] =>
    inspectModel(source, shapes ? { shapes } : {}).inputs.map((input) => ({
      ...input,
      raw: Object.hasOwn(preprocess ?? {}, input.name),
    }))
  return {
    name: options.name ?? basename(path).replace(/\.onnx$/i, ''),
    ...(labels !== undefined && { labels: labels.split(',').map((label) => label.trim()) }),
    ...(shapes && { shapes }),
    ...(preprocess && { preprocess }),
    ...(options.samples !== undefined && { samples: await readSampleSet(options.samples, inputs, options) }),
    ...(recipe !== undefined && { recipe: parseRecipe(await readRecipe(recipe)) }),
    ...(rangeRule !== undefined && { rangeRule: parseRangeRule(rangeRule) }),
    ...(precision !== undefined && { precision: parsePrecision(precision) }),
    ...(maxLoss !== undefined && { maxLoss: parseLoss(maxLoss) }),
    ...(onProgress && { onProgress }),
  }
}

/** Samples of IDX files, or of a folder with a file a sample. */
async function readSampleSet(
  path: string,
  inputs: () => readonly SampleInput[],
  options: CompileFileOptions,
): Promise<SampleSet> {
  const { testSamples, testLabels, sampleLabels, sampleLimit, testLimit } = options
  const read = async (from: string, labels: string | undefined, limit: number): Promise<readonly Sample[]> =>
    (await isFolder(from))
      ? (await readSamples(from, inputs())).slice(0, limit)
      : readIdxSamples(from, labels, limit)
  const samples = await read(path, sampleLabels, sampleLimit)
  if (testSamples === undefined) return splitSamples(samples)
  return { calibration: samples, evaluation: await read(testSamples, testLabels, testLimit) }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false

async function readRecipe(path: string): Promise<unknown> {
  try {
    const json = JSON.parse(new TextDecoder().decode(await readBounded(path))) as { recipe?: unknown }
    return json.recipe ?? json
  } catch (error) {
    if (error instanceof SdkError) throw error
    throw new SdkError('FILE_MALFORMED', `${path} is no JSON file: a recipe or a manifest is expected`)
  }
}

/** @throws SdkError OPTION_MALFORMED */
export function parseShapes(text: string): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    text.split(';').map((part) => {
      const [, name, sizes] = /^\s*(.+?)\s*=\s*(\d+(?:x\d+)*)\s*$/.exec(part) ?? []
      if (name === undefined || sizes === undefined)
        throw new SdkError('OPTION_MALFORMED', `"${part}" is no shape: write INPUT=1x3x224x224`)
      return [name, sizes.split('x').map(Number)]
    }),
  )
}

/** @throws SdkError OPTION_MALFORMED; ModelError PREPROCESS_INVALID */
export function parsePreprocesses(text: string): Readonly<Record<string, Preprocess>> {
  return Object.fromEntries(
    text.split(';').map((part) => {
      const colon = part.indexOf(':')
      const equals = part.indexOf('=')
      if (colon <= 0 || equals < colon)
        throw new SdkError(
          'OPTION_MALFORMED',
          `"${part}" names no input: write INPUT:scale=1/255,mean=0.5:0.5:0.5,std=0.25:0.25:0.25,order=rgb`,
        )
      return [part.slice(0, colon).trim(), parsePreprocess(part.slice(colon + 1))]
    }),
  )
}

function parsePrecision(text: string): Precision {
  if (text === 'fast' || text === 'balanced' || text === 'high') return text
  throw new SdkError('OPTION_MALFORMED', `"${text}" is no precision: use fast, balanced or high`)
}

function parseLoss(text: string): number {
  const loss = Number(text)
  if (loss > 0 && loss < 1) return loss
  throw new SdkError('OPTION_MALFORMED', `"${text}" is no share of loss: a number between 0 and 1, as 0.03`)
}

function parseRangeRule(text: string): RangeRule {
  if (text === 'mse' || text === 'minmax' || text === 'p99.99') return text
  throw new SdkError('OPTION_MALFORMED', `"${text}" is no range rule: use mse, minmax or p99.99`)
}
