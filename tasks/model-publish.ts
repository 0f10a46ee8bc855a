import { sha256Key } from '@plumbline/blobs'
import { loadModel } from '@plumbline/runtime'
import { publishModel, readBounded } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openBlobs, openStore } from './lib/client.ts'
import { modelPath } from './lib/model.ts'
import { facts } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly model: string
  readonly to: string | undefined
  readonly onnx: string | undefined
}

export default action(async (args: Arguments, hre) => {
  const model = await loadModel(modelPath(hre, args.model))
  const own = openBlobs(hre, undefined)
  const source =
    args.onnx === undefined
      ? await own.get(sha256Key(`0x${model.manifest.source.sha256}`))
      : await readBounded(args.onnx)
  const bytes = await publishModel(args.to === undefined ? own : openStore(args.to), model, source)
  if (!source)
    console.error(
      'warning: the source ONNX file is not at hand (--onnx): nobody will be able to rebuild this model',
    )
  return {
    json: { program: model.manifest.programRoot, bytes, source: source !== null },
    text: facts([
      ['model', model.manifest.name],
      ['published', `${bytes.toLocaleString('en-US')} bytes`],
      ['to', args.to ?? "this user's store, which `blob serve` serves"],
    ]),
  }
})
