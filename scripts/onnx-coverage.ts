// The ONNX standard's own cases, operator by operator: `npm run test:onnx [filter]`. A case counts as matched only if it
// was compiled, run and came out right within quantisation error; what the compiler refuses is unsupported.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CaseResult, runCase } from './lib/onnx-case.ts'

const FOLDER = process.env['ONNX_TESTDATA'] ?? '/usr/share/libonnx-testdata/data/node'

interface Count {
  matched: number
  unsupported: number
  failed: number
}

async function main(filter: string): Promise<number> {
  if (!existsSync(FOLDER)) {
    console.log(`skipped: ${FOLDER} is not there. Debian: apt-get install libonnx-testdata`)
    return 0
  }
  const names = readdirSync(FOLDER).filter((name) => name.includes(filter) && !name.includes('_expanded'))
  const counts = new Map<string, Count>()
  const failures: string[] = []
  for (const name of names.toSorted()) {
    const result: CaseResult = await runCase(join(FOLDER, name))
    const count = counts.get(result.operator) ?? { matched: 0, unsupported: 0, failed: 0 }
    counts.set(result.operator, { ...count, [result.outcome]: count[result.outcome] + 1 })
    if (result.outcome === 'failed') failures.push(`${name}: ${result.why}`)
    if (filter !== '') console.log(`${name}: ${result.outcome}${result.why ? `, ${result.why}` : ''}`)
  }
  const total = (key: keyof Count): number => [...counts.values()].reduce((sum, count) => sum + count[key], 0)
  console.log('operator                      matched  unsupported  failed')
  for (const [operator, count] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(
      `${operator.padEnd(28)} ${String(count.matched).padStart(8)} ${String(count.unsupported).padStart(12)} ${String(count.failed).padStart(7)}`,
    )
  console.log(
    `${names.length} cases: ${total('matched')} matched, ${total('unsupported')} unsupported, ${total('failed')} failed`,
  )
  failures.forEach((failure) => console.log(`failed: ${failure}`))
  return failures.length === 0 ? 0 : 1
}

process.exitCode = await main(process.argv[2] ?? '')
