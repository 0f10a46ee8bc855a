// Runs benchmarks: `npm run bench -- NAME [NAME …] [--json FILE] [--update PAGE]`; each lives in scripts/bench/NAME.ts.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { cellsOf, HEAD, withSection } from './lib/bench-page.ts'
import type { Row } from './lib/bench-row.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, update: { type: 'string' } },
})
const available = globSync('scripts/bench/*.ts')
  .map((file) => basename(file, '.ts'))
  .sort()
if (positionals.length === 0 || positionals.some((name) => !existsSync(`scripts/bench/${name}.ts`))) {
  console.error(
    `usage: npm run bench -- NAME [NAME …] [--json FILE] [--update PAGE]\nbenchmarks: ${available.join(', ')}`,
  )
  process.exit(1)
}

const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${process.platform} ${process.arch}, Node ${process.versions.node}`
console.log(`machine: ${machine}`)
const rows: Row[] = []
for (const name of positionals) {
  const { run } = (await import(`./bench/${name}.ts`)) as { run: () => Promise<readonly Row[]> }
  const measured = await run()
  rows.push(...measured)
  const table = new Table({ head: [...HEAD] })
  for (const row of measured) table.push([...cellsOf(row)])
  console.log(`\n${name}\n${table.toString()}`)
  if (values.update)
    writeFileSync(values.update, withSection(readFileSync(values.update, 'utf8'), name, machine, measured))
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 2) + '\n')
