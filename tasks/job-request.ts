import { BlobError } from '@plumbline/blobs'
import {
  encodeItem,
  fetchManifest,
  parseAmount,
  readItem,
  requestJob,
  SdkError,
  versionRecord,
  waitForJob,
} from '@plumbline/sdk'
import type { Client } from '@plumbline/sdk'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { UsageError } from './lib/errors.ts'
import { phaseOf } from './lib/job.ts'
import { facts } from './lib/text.ts'
import { versionStore } from './lib/version-store.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly store: string | undefined
  readonly versionId: number
  readonly input: string | undefined
  readonly values: string | undefined
  readonly price: string
  readonly minPrice: string | undefined
  readonly ramp: number
  readonly claimWithin: number
  readonly postWithin: number
  readonly value: string
  readonly wait: number
}

export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  const requested = await requestJob(client, {
    version: args.versionId,
    inputs: await inputsOf(client, args, versionStore(hre, args.store)),
    minPrice: parseAmount(args.minPrice ?? args.price),
    maxPrice: parseAmount(args.price),
    rampSeconds: args.ramp,
    claimSeconds: args.claimWithin,
    postSeconds: args.postWithin,
    value: parseAmount(args.value),
  })
  const record =
    args.wait > 0
      ? await waitForJob(
          client,
          requested.id,
          ({ phase }) => phase === 'final' || phase === 'cancelled',
          args.wait,
        )
      : null
  return {
    json: { id: requested.id, transaction: requested.transaction, ...(record && { phase: record.phase }) },
    text: facts([
      ['job', requested.id],
      ['transaction', requested.transaction],
      ...(record ? ([['phase', phaseOf(record)]] as const) : []),
    ]),
  }
})

async function inputsOf(
  client: Client,
  { input, values, versionId }: Arguments,
  storeOf: ReturnType<typeof versionStore>,
): Promise<readonly Uint8Array[]> {
  if ((input === undefined) === (values === undefined))
    throw new UsageError('OPTION_MALFORMED', 'give either --input (files of tensors) or --values (numbers)')
  const record = await versionRecord(client, versionId)
  const items =
    input === undefined
      ? parseValues(values!).map((numbers) => Float32Array.from(numbers))
      : await Promise.all(input.split(',').map(readItem))
  const manifest = await fetchManifest(storeOf(record), record).catch((error: unknown) => {
    // Bytes that are an input already need no manifest: the chain knows its length.
    if (error instanceof BlobError && error.code === 'BLOB_MISSING' && items.every(isBytes)) return null
    throw error
  })
  if (manifest === null) return items.filter(isBytes)
  const { inputs } = manifest
  if (items.length !== inputs.length)
    throw new SdkError('INPUT_COUNT', `the model takes ${inputs.length} inputs, not ${items.length}`)
  return inputs.map((port, i) => encodeItem(port, items[i]!))
}

const isBytes = (item: Uint8Array | Float32Array): item is Uint8Array => item instanceof Uint8Array

/** `1,2.5,-3`, the numbers of several inputs separated by semicolons. */
function parseValues(text: string): readonly (readonly number[])[] {
  return text.split(';').map((part) =>
    part.split(',').map((word) => {
      const value = Number(word)
      if (word.trim() === '' || !Number.isFinite(value))
        throw new UsageError('OPTION_MALFORMED', `--values: "${word}" is no number`)
      return value
    }),
  )
}
