import { join } from 'node:path'
import { sha256Key } from '@plumbline/blobs'
import { saveModel } from '@plumbline/runtime'
import { type CompiledFile, compileFile, type CompileFileOptions, modelFolder } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { home, openBlobs } from './lib/client.ts'
import { progressBar } from './lib/progress.ts'
import { facts } from './lib/text.ts'

type Optional = Omit<CompileFileOptions, 'sampleLimit' | 'testLimit' | 'onProgress'>
type Arguments = { readonly [Name in keyof Optional]-?: string | undefined } & {
  readonly sampleLimit: number
  readonly testLimit: number
  readonly json: boolean
  readonly onnx: string
  readonly out: string | undefined
}

export default action(async ({ json, onnx, out, ...options }: Arguments, hre) => {
  const bar = progressBar(json)
  const compiled = await compileFile(onnx, { ...given(options), onProgress: bar.show }).finally(bar.stop)
  const { model, report, source } = compiled
  const folder = out ?? modelFolder(join(home(hre), 'models'), model.manifest.programRoot)
  await saveModel(model, folder)
  // Kept so that `model publish` can offer it to those who verify.
  await openBlobs(hre, undefined).put(sha256Key(`0x${model.manifest.source.sha256}`), source)
  return {
    json: { folder, name: model.manifest.name, program: model.manifest.programRoot, ...report },
    text: describe(compiled, folder),
  }
})

/** Without the options that were not given. */
const given = (options: Omit<Arguments, 'json' | 'onnx' | 'out'>): CompileFileOptions =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as CompileFileOptions

function describe({ model, report }: CompiledFile, folder: string): string {
  const { accuracy } = report
  const percent = (share: number | null): string =>
    share === null ? 'no labels' : `${(100 * share).toFixed(2)}%`
  return [
    facts([
      ['model', model.manifest.name],
      ['program', model.manifest.programRoot],
      ['folder', folder],
      ['steps', report.steps],
      ['multiply-adds', report.multiplyAdds.toLocaleString('en-US')],
      ['constants', `${report.constantBytes.toLocaleString('en-US')} bytes`],
      ['worst proof', `${report.worstProofGas.toLocaleString('en-US')} gas`],
      ...(accuracy
        ? ([
            ['samples', accuracy.samples],
            ['accuracy, float', percent(accuracy.float)],
            ['accuracy, integer', percent(accuracy.integer)],
            ['agreement', percent(accuracy.agreement)],
          ] as const)
        : []),
    ]),
    ...report.warnings.map((warning) => `warning: ${warning}`),
  ].join('\n')
}
