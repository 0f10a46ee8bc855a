import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Constants, Hash, Program } from '@plumbline/ir'
import {
  chooseLowering,
  loadModel,
  onnxRuntimeBackend,
  prepareProgram,
  type RunOptions,
} from '@plumbline/runtime'

/** A model at hand, loaded and checked: what executors and challengers run. */
export interface LoadedModel {
  readonly program: Program
  readonly constants: Constants
  /** Output tensors, by ONNX Runtime. */
  readonly run: (inputs: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>
  /** Output tensor of every step, by the compiled interpreter. */
  readonly trace: (inputs: readonly Uint8Array[], options?: RunOptions) => Promise<readonly Uint8Array[]>
}

/** Where a folder of models keeps the one with this program. */
export const modelFolder = (folder: string, program: Hash): string => join(folder, program)

/** Where a folder of models remembers how this machine computes each of them exactly. */
export const loweringsFolder = (folder: string): string => join(folder, 'lowerings')

/**
 * The models of a folder by program root, each loaded when first asked for; null for one that is not there, or that
 * `onBroken` was told about.
 */
export function openModels(
  folder: string,
  onBroken: (program: Hash, error: unknown) => void,
): (program: Hash) => Promise<LoadedModel | null> {
  const loaded = new Map<Hash, Promise<LoadedModel | null>>()
  const broken = new Set<Hash>()
  const load = async (program: Hash): Promise<LoadedModel | null> => {
    const directory = modelFolder(folder, program)
    // A model that is fetched later is found later: only what is there is remembered.
    if (!(await stat(directory).catch(() => null))) return null
    try {
      return await openModel(directory, program, loweringsFolder(folder))
    } catch (error) {
      if (!broken.has(program)) onBroken(program, error)
      broken.add(program)
      return null
    }
  }
  return async (program) => {
    const found = loaded.get(program) ?? load(program)
    loaded.set(program, found)
    if ((await found) === null) loaded.delete(program)
    return found
  }
}

/**
 * Loads a model and proves on it that this machine computes exactly.
 * @param memory folder that remembers the proof, so that it is made once
 * @throws ModelError when the directory is no whole model of this program, or NO_EXACT_LOWERING
 */
export async function openModel(directory: string, registered?: Hash, memory?: string): Promise<LoadedModel> {
  const model = await loadModel(directory, registered)
  const { weights } = await chooseLowering(model, memory === undefined ? {} : { memory })
  const session = await onnxRuntimeBackend({ weights }).load(model)
  let prepared: ReturnType<typeof prepareProgram> | undefined
  return {
    program: model.program,
    constants: model.constants,
    run: (inputs) => session.run(inputs),
    trace: (inputs, options) =>
      (prepared ??= prepareProgram(model.program, model.constants)).run(inputs, options),
  }
}

/** Program roots of the models that a folder holds. */
export async function listModels(folder: string): Promise<readonly Hash[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names.filter((name): name is Hash => /^0x[0-9a-f]{64}$/.test(name))
}
