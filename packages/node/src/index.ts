export { runChallenger } from './challenger/index.ts'
export {
  type ChallengerConduct,
  HONEST_CHALLENGER,
  mischievousChallenger,
  parseMischief,
} from './challenger/conduct.ts'
export { dueResults, type ChallengerFacts, type ResultAction, type ResultFacts } from './challenger/decide.ts'
export type { NodeContext, Pace } from './context.ts'
export { NodeError, type NodeErrorCode } from './errors.ts'
export { type Conduct, HONEST } from './executor/conduct.ts'
export {
  dueJobs,
  type ExecutorFacts,
  type ExecutorPolicy,
  type JobAction,
  type JobFacts,
} from './executor/decide.ts'
export { lyingConduct } from './executor/lie.ts'
export { type ExecutorOptions, runExecutor } from './executor/index.ts'
export { createLogger, type Logger } from './log.ts'
export type { ModelSource, ServedModel } from './models.ts'
export { createPatience, type Patience } from './patience.ts'
