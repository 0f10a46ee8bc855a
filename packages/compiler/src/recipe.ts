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
