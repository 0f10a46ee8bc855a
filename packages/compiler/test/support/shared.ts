import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..')

/** A folder of models and data beside the repository, for the fuller suites. */
const folder = process.env['PLUMBLINE_SHARED'] ?? join(root, '../shared')

export const sharedPath = (...parts: readonly string[]): string => join(folder, ...parts)

/** Options for `test`: skips with a message where a file is not there. */
export function needs(...paths: readonly string[]): { skip: string | false } {
  const missing = paths.find((path) => !existsSync(path))
  return { skip: missing === undefined ? false : `${missing} is not there` }
}
