import { createHash } from 'node:crypto'
import { ModelError } from '@plumbline/ops'
import type { Manifest, ManifestInput } from '@plumbline/runtime'
import { type CompiledModel, compileModel, type CompileOptions } from './compile.ts'
import type { Preprocess } from './preprocess.ts'
import { parseRecipe } from './recipe.ts'

/**
 * Compiles a file again as its manifest says, to see whether the program is really that file's.
 * @throws ModelError SOURCE_MISMATCH for another file, PROGRAM_MISMATCH where the program differs
 */
export async function recompile(
  onnx: Uint8Array,
  manifest: Manifest,
  options: Pick<CompileOptions, 'samples' | 'onProgress'> = {},
): Promise<CompiledModel> {
  const sha256 = createHash('sha256').update(onnx).digest('hex')
  if (sha256 !== manifest.source.sha256)
    throw new ModelError(
      'SOURCE_MISMATCH',
      `the file has SHA-256 ${sha256}, the manifest was made from ${manifest.source.sha256}`,
      { sha256, declared: manifest.source.sha256 },
    )
  const compiled = await compileModel(onnx, {
    ...options,
    name: manifest.name,
    ...(manifest.labels && { labels: manifest.labels }),
    ...(manifest.shapes && { shapes: manifest.shapes }),
    preprocess: preprocessOf(manifest.inputs),
    recipe: parseRecipe(manifest.recipe),
  })
  const root = compiled.model.manifest.programRoot
  if (root !== manifest.programRoot)
    throw new ModelError(
      'PROGRAM_MISMATCH',
      `the file compiles to program ${root}, the manifest says ${manifest.programRoot}`,
      { root, declared: manifest.programRoot },
    )
  return compiled
}

const preprocessOf = (inputs: readonly ManifestInput[]): Readonly<Record<string, Preprocess>> =>
  Object.fromEntries(inputs.flatMap(({ name, preprocess }) => (preprocess ? [[name, preprocess]] : [])))
