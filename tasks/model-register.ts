import { loadModel } from '@plumbline/runtime'
import { missingParts, publishModel, registerModel } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openBlobs, openClient, openStore } from './lib/client.ts'
import { modelPath } from './lib/model.ts'
import { progressBar } from './lib/progress.ts'
import { facts } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly model: string
  readonly modelId: number
  readonly uri: string
  readonly royalty: number
  readonly window: number
  readonly executorBudget: number
  readonly challengerBudget: number
  readonly extension: number
}

export default action(async (args: Arguments, hre) => {
  const model = await loadModel(modelPath(hre, args.model))
  const client = await openClient(hre, args)
  const bar = progressBar(args.json)
  const registered = await registerModel(client, model, {
    ...(args.modelId > 0 && { modelId: args.modelId }),
    uri: args.uri,
    royaltyBasisPoints: args.royalty,
    clocks: {
      window: args.window,
      executorBudget: args.executorBudget,
      challengerBudget: args.challengerBudget,
      extension: args.extension,
    },
    onProgress: ({ checkedSteps, steps }) =>
      bar.show({ stage: 'register', done: checkedSteps, total: steps }),
  }).finally(bar.stop)
  await publishModel(openBlobs(hre, undefined), model, null)
  const missing =
    args.uri === '' ? ['a place to fetch it from (--uri)'] : await missingParts(openStore(args.uri), model)
  const warning =
    missing.length === 0
      ? undefined
      : `nobody else can run or verify this version yet, for want of: ${missing.slice(0, 3).join(', ')}${
          missing.length > 3 ? ` and ${missing.length - 3} more` : ''
        }; \`model publish\` offers them`
  if (warning !== undefined) console.error(`warning: ${warning}`)
  return {
    json: { ...registered, missing },
    text: facts([
      ['model', `${registered.modelId} (${model.manifest.name})`],
      ['version', registered.version],
      ['program', registered.program],
      ['manifest', registered.manifestHash],
    ]),
  }
})
