import type { BlobStore } from '@plumbline/blobs'
import {
  type Account,
  type Address,
  type Call,
  type Chain,
  createSender,
  createSync,
  type Deployment,
  type Ledger,
  openChain,
  type Receipt,
  type Rpc,
} from '@plumbline/chain'
import { SdkError } from './errors.ts'

/** A chain, optionally an account that signs, and where large tensors and models are kept. */
export interface Client {
  readonly chain: Chain
  /** @throws SdkError ACCOUNT_NEEDED on a client that only reads */
  readonly address: () => Address
  readonly send: (call: Call) => Promise<Receipt>
  readonly blobs: BlobStore | null
  /** Everything logged so far. */
  readonly ledger: () => Promise<Ledger>
}

export interface ClientOptions {
  readonly rpc: Rpc
  readonly deployment: Deployment
  readonly account?: Account
  readonly blobs?: BlobStore
}

/** @throws ChainError CHAIN_WRONG, DEPLOYMENT_MISSING */
export async function connect({ rpc, deployment, account, blobs }: ClientOptions): Promise<Client> {
  const chain = await openChain(rpc, deployment)
  const sender = account && createSender(chain, account)
  const sync = createSync(chain)
  const needed = (): NonNullable<typeof sender> => {
    if (!sender)
      throw new SdkError('ACCOUNT_NEEDED', 'this needs an account that signs, and the client has none')
    return sender
  }
  return {
    chain,
    address: () => needed().address,
    send: (call) => needed().send(call),
    blobs: blobs ?? null,
    ledger: async () => {
      await sync.advance()
      return sync.ledger
    },
  }
}
