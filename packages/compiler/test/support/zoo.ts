import { ZOO } from '../../../../scripts/data/zoo.ts'
import { type CompiledModel, compileModel, readModelFile, type SampleSet } from '../../src/index.ts'

export const model = (name: string) => ZOO.find((candidate) => candidate.name === name)!

export async function compiled(name: string): Promise<CompiledModel & { samples: SampleSet }> {
  const { file, options, samples: load } = model(name)
  const samples = await load()
  return { ...(await compileModel(await readModelFile(file), { ...options, samples })), samples }
}
