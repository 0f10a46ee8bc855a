export { type Account, accountAt, remoteAccount, signerAccount, type Transaction } from './account.ts'
export { addressOf, type Call, type Chain, INTERFACES, openChain, read } from './contracts.ts'
export {
  type Address,
  type ContractName,
  CONTRACTS,
  contractNames,
  type Deployment,
  parseDeployment,
  sameAddress,
} from './deployment.ts'
export { type ChallengeState, type DisputeState, type OpeningState, readDispute } from './dispute.ts'
export { ChainError, type ChainErrorCode, revertName } from './errors.ts'
export { type ChainEvent, type EventArgs, type EventName, fetchEvents } from './events.ts'
export * from './ids.ts'
export { type JobState, type Phase, PHASES, readJob } from './job.ts'
export * from './ledger.ts'
export { type AnyEvent, findEvents } from './logs.ts'
export {
  type Block,
  chainId,
  chainTime,
  getBlock,
  httpRpc,
  nextBlock,
  type Rpc,
  RpcError,
  toQuantity,
} from './rpc.ts'
export { createSender, type Receipt, type Sender } from './sender.ts'
export { type Terms, type Ticket } from './ticket.ts'
export { createSync, type Sync } from './sync.ts'
