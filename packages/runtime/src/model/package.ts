import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hash } from '@plumbline/ir'
import { ModelError } from '@plumbline/ops'
import { assembleModel, type Model } from './model.ts'
import { encodeManifest, parseManifest } from './parse.ts'

const MANIFEST = 'manifest.json'
const CONSTANTS = 'constants'

/** Writes a model as a directory: manifest.json and constants/<root>. Replaces what is there only when it is whole. */
export async function saveModel(model: Model, directory: string): Promise<void> {
  const fresh = `${directory}.tmp-${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, CONSTANTS), { recursive: true })
  for (const { root } of model.manifest.constants)
    await writeFile(join(fresh, CONSTANTS, root), model.constants.get(root)!)
  await writeFile(join(fresh, MANIFEST), encodeManifest(model.manifest))
  await rm(directory, { recursive: true, force: true })
  await rename(fresh, directory)
}

/**
 * Reads a model that `saveModel` wrote, checking all of it. `registered` is the program root on chain, where known.
 * @throws ModelError MODEL_MISSING, MANIFEST_MALFORMED, CONSTANT_MISSING, CONSTANT_WRONG, PROGRAM_MISMATCH
 */
export async function loadModel(directory: string, registered?: Hash): Promise<Model> {
  const manifest = parseManifest(await readPart(join(directory, MANIFEST), 'MODEL_MISSING'))
  const constants = new Map<Hash, Uint8Array>()
  for (const { root, byteLength } of manifest.constants) {
    const file = join(directory, CONSTANTS, root)
    const found = await stat(file).catch(() => null)
    if (found && found.size !== byteLength)
      throw new ModelError(
        'CONSTANT_WRONG',
        `${file} has ${found.size} bytes, the manifest says ${byteLength}`,
        {
          root,
        },
      )
    constants.set(root, await readPart(file, 'CONSTANT_MISSING'))
  }
  return assembleModel(manifest, constants, registered)
}

async function readPart(file: string, code: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file))
  } catch (error) {
    throw new ModelError(
      code,
      `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      {
        file,
      },
    )
  }
}
