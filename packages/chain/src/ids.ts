import type { Hash } from '@plumbline/ir'

// Ids nest (docs/specification.md, section 4): a job's id ends in 8 zero bytes, its results carry the attempt in bytes
// 24 to 27, their challenges a number from 1 in the last 4.

export const resultIdOf = (job: Hash, attempt: number): Hash =>
  `0x${job.slice(2, 50)}${word(attempt)}00000000`
export const challengeIdOf = (result: Hash, number: number): Hash => `0x${result.slice(2, 58)}${word(number)}`
export const resultOf = (challenge: Hash): Hash => challengeIdOf(challenge, 0)
export const jobOf = (result: Hash): Hash => resultIdOf(result, 0)
export const attemptOf = (result: Hash): number => Number.parseInt(result.slice(50, 58), 16)

const word = (value: number): string => value.toString(16).padStart(8, '0')
