// Runs benchmarks: `npm run bench -- NAME [NAME …] [--json FILE]`; each lives in scripts/bench/NAME.ts.
import { existsSync, globSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { Row } from './lib/bench-row.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const available = globSync('scripts/bench/*.ts')
  .map((file) => basename(file, '.ts'))
  .sort()
if (positionals.length === 0 || positionals.some((name) => !existsSync(`scripts/bench/${name}.ts`))) {
  console.error(`usage: npm run bench -- NAME [NAME …] [--json FILE]\nbenchmarks: ${available.join(', ')}`)
  process.exit(1)
}

console.log(
  `machine: ${cpus().length} x ${cpus()[0]?.model.trim()}, ${process.platform} ${process.arch}, Node ${process.versions.node}`,
)
const rows: Row[] = []
for (const name of positionals) {
  const { run } = (await import(`./bench/${name}.ts`)) as { run: () => Promise<readonly Row[]> }
  const measured = await run()
  rows.push(...measured)
  const table = new Table({ head: ['case', 'metric', 'value', 'unit', 'target', 'met'] })
  for (const row of measured)
    table.push([
      row.case,
      row.metric,
      format(row.value),
      row.unit,
      row.target ?? '',
      row.met === null ? '' : row.met ? 'yes' : 'NO',
    ])
  console.log(`\n${name}\n${table.toString()}`)
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 2) + '\n')

function format(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(4)
}
