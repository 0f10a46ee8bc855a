import { listDisputes } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { table } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
}

export default action(async (_args: Arguments, hre) => {
  const disputes = await listDisputes(await openClient(hre))
  return {
    json: disputes,
    text: table(
      ['job', 'attempt', 'executor', 'result', 'challenges', 'proved'],
      disputes.map((dispute) => [
        dispute.job,
        dispute.attempt,
        dispute.executor,
        dispute.result.phase,
        dispute.challenges.map(({ state }) => state).join(', '),
        dispute.proved ? `step ${dispute.proved.step}, element ${dispute.proved.element}` : '-',
      ]),
      'no disputes',
    ),
  }
})
