import { liarMoves, type LyingRun, lyingRun, parseFault } from '@plumbline/dispute'
import type { ServedModel } from '../models.ts'
import { type Conduct, HONEST } from './conduct.ts'

/**
 * An executor that lies as `text` says (`parseFault`), or posts one byte too few with `truncated`. For tests and
 * demonstrations: whoever starts one sees to it that the chain is a local one.
 */
export function lyingConduct(text: string): Conduct {
  if (text === 'truncated') return TRUNCATED
  const run = async (model: ServedModel, inputs: readonly Uint8Array[]): Promise<LyingRun> => {
    const { program, constants } = model
    return lyingRun(parseFault(text, program).lie, program, constants, inputs, (onStep) =>
      model.trace(inputs, onStep && { onStep }),
    )
  }
  return {
    name: text,
    outputs: async (model, inputs) => {
      const { posted } = await run(model, inputs)
      return model.program.outputs.map((step) => posted.output(step))
    },
    committed: async (model, inputs) => (await run(model, inputs)).committed,
    answer: (view, committed) => liarMoves(view, committed, parseFault(text, view.program)),
  }
}

/** The market takes exact lengths only: this executor never gets to post. */
const TRUNCATED: Conduct = {
  ...HONEST,
  name: 'truncated',
  outputs: async (model, inputs) => {
    const outputs = await model.run(inputs)
    return outputs.map((bytes, i) => (i === outputs.length - 1 ? bytes.subarray(0, -1) : bytes))
  },
}
