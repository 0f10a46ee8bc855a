import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoweringChoice } from './choose.ts'
import type { Machine } from './machine.ts'

/** Raised when lowerings or cases change: earlier choices say nothing about the new ones. */
const EDITION = 2

export interface ChoiceKey {
  readonly machine: Machine
  readonly programRoot: string
  readonly threads: number
}

type Choice = Pick<LoweringChoice, 'weights' | 'results'>

const fileOf = (directory: string, key: ChoiceKey): string => {
  const name = createHash('sha256')
    .update(JSON.stringify([EDITION, key]))
    .digest('hex')
    .slice(0, 32)
  return join(directory, `lowering-${name}.json`)
}

/** The choice made for this key, if there is one that can be read. */
export async function recall(directory: string, key: ChoiceKey): Promise<Choice | null> {
  try {
    const { weights, results } = JSON.parse(await readFile(fileOf(directory, key), 'utf8')) as Choice
    return (weights === 'u8' || weights === 'i8') && Array.isArray(results) ? { weights, results } : null
  } catch {
    // Nothing is lost: the test runs again.
    return null
  }
}

export async function remember(directory: string, key: ChoiceKey, choice: Choice): Promise<void> {
  await mkdir(directory, { recursive: true })
  const file = fileOf(directory, key)
  await writeFile(`${file}.tmp`, JSON.stringify(choice))
  await rename(`${file}.tmp`, file)
}
