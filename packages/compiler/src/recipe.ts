import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type DataType } from '@plumbline/ir'
import { ModelError, type Range } from '@plumbline/ops'

/** How one tensor of the model is stored: data type, and the range that its levels span. */
export interface TensorRecipe extends Range {
  readonly dtype: DataType
}

/**
 * Everything that compiling took from samples. With it the same ONNX file gives the same program root on every
 * machine: all that follows is double arithmetic that IEEE 754 defines exactly (+ - * / sqrt).
 */
export interface Recipe {
  readonly version: 1
  /** By the tensor's name in the ONNX file. */
  readonly tensors: Readonly<Record<string, TensorRecipe>>
  /**
   * How weights are rounded where that is not simply to the nearest: by the name of the node's result, the difference
   * from the nearest integers in row order, one signed byte each, deflated, base64.
   */
  readonly roundings?: Readonly<Record<string, string>>
  /** How the ranges were picked and from what, for people. */
  readonly origin: { readonly rule: string; readonly samples: number; readonly samplesSha256: string }
}

/**
 * A recipe from JSON.
 * @throws ModelError RECIPE_INVALID
 */
export function parseRecipe(value: unknown): Recipe {
  const fail = (why: string): ModelError => new ModelError('RECIPE_INVALID', `recipe: ${why}`)
  const recipe = value as Partial<Recipe> | null
  if (typeof recipe !== 'object' || recipe === null || recipe.version !== 1)
    throw fail('version 1 is expected')
  if (typeof recipe.tensors !== 'object' || recipe.tensors === null) throw fail('it holds no tensors')
  for (const [name, tensor] of Object.entries(recipe.tensors)) {
    const { dtype, low, high } = (tensor ?? {}) as Partial<TensorRecipe>
    if (dtype !== 'u8' && dtype !== 'i16' && dtype !== 'i32')
      throw fail(`tensor '${name}' has data type ${dtype}`)
    if (!Number.isFinite(low) || !Number.isFinite(high) || low! > 0 || high! < 0)
      throw fail(`tensor '${name}' has range ${low} ... ${high}, which is not finite or does not hold 0`)
  }
  if (recipe.roundings !== undefined) {
    if (typeof recipe.roundings !== 'object' || recipe.roundings === null)
      throw fail('roundings is no object')
    for (const [name, text] of Object.entries(recipe.roundings))
      if (typeof text !== 'string') throw fail(`rounding of '${name}' is no text`)
  }
  return recipe as Recipe
}

/** @throws ModelError RECIPE_MISMATCH for a recipe of another model */
export function tensorRecipe(recipe: Recipe, tensor: string): TensorRecipe {
  const entry = Object.hasOwn(recipe.tensors, tensor) ? recipe.tensors[tensor] : undefined
  if (entry === undefined)
    throw new ModelError(
      'RECIPE_MISMATCH',
      `the recipe says nothing about tensor '${tensor}': it was made for another model or version`,
      { tensor },
    )
  return entry
}

const MAX_WEIGHTS = 2 ** 28

/** Differences from the nearest integers, for the recipe. */
export const encodeRounding = (differences: Int8Array): string =>
  deflateRawSync(differences, { level: 9 }).toString('base64')

/**
 * The differences that a recipe holds for `count` weights; null where it rounds to the nearest.
 * @throws ModelError RECIPE_MISMATCH
 */
export function roundingOf(recipe: Recipe, tensor: string, count: number): Int8Array | null {
  const roundings = recipe.roundings ?? {}
  if (!Object.hasOwn(roundings, tensor)) return null
  const mismatch = (why: string): ModelError =>
    new ModelError('RECIPE_MISMATCH', `the recipe's rounding of '${tensor}' ${why}`, { tensor })
  let bytes: Buffer
  try {
    bytes = inflateRawSync(Buffer.from(roundings[tensor]!, 'base64'), {
      maxOutputLength: Math.min(count + 1, MAX_WEIGHTS),
    })
  } catch {
    throw mismatch('is damaged or too long')
  }
  if (bytes.byteLength !== count) throw mismatch(`is of ${bytes.byteLength} weights; the model has ${count}`)
  return new Int8Array(bytes.buffer, bytes.byteOffset, count)
}
