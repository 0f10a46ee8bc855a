// Simulations: `npm run sim -- economics`; what it does is in scripts/sim/, what came of it in docs/parameters.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drawChart } from './sim/chart.ts'
import { fillTables } from './sim/document.ts'
import { economics } from './sim/economics.ts'
import { NETWORKS, override, settingNames } from './sim/network.ts'
import { terminalTable } from './sim/report.ts'

const help = `Simulates the economics of the protocol: prints tables and writes plots.

  npm run sim -- economics [options]

  --network <name>        ${NETWORKS.map(({ name }) => name).join(' or ')} (default both)
  --set <name=value>      another parameter or assumption, repeatable; seconds, tokens, gwei, dollars, shares:
                          ${settingNames(NETWORKS[0]!).join(' ')}
  --audit <share>         share of results that somebody re-executes, repeatable: columns of the table of strategies
  --seed <n>              (default 1)
  --trials <n>            sampled days behind each simulated figure (default 400)
  --json <file>           all tables as JSON
  --figures <folder>      where the plots go (default docs/figures)
  --update <file>         renew the tables between markers in a Markdown page, repeatable
  --help                  this text

The same options give the same output. With --set, give --figures another folder.`

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      network: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      audit: { type: 'string', multiple: true, default: ['0', '0.01', '0.05', '0.2', '0.5', '0.9', '1'] },
      seed: { type: 'string', default: '1' },
      trials: { type: 'string', default: '400' },
      json: { type: 'string' },
      figures: { type: 'string', default: 'docs/figures' },
      update: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || positionals.length !== 1 || positionals[0] !== 'economics') {
    console.log(help)
    if (!values.help) process.exitCode = 1
  } else {
    const chosen = NETWORKS.filter(({ name }) => !values.network || name === values.network)
    if (chosen.length === 0) throw new RangeError(`--network ${values.network}: there is no such network`)
    const effort = {
      seed: wholeNumber('seed', values.seed, 0),
      trials: wholeNumber('trials', values.trials, 1),
      audits: values.audit.map(share),
    }
    const report = economics(
      chosen.map((network) => override(network, values.set)),
      effort,
    )
    for (const table of report.tables) console.log(terminalTable(table))
    mkdirSync(values.figures, { recursive: true })
    for (const chart of report.charts)
      writeFileSync(join(values.figures, `${chart.id}.svg`), drawChart(chart))
    console.log(`\n${report.charts.length} plots in ${values.figures}`)
    if (values.json) writeFileSync(values.json, JSON.stringify(report.tables, null, 2) + '\n')
    for (const page of values.update)
      writeFileSync(page, fillTables(readFileSync(page, 'utf8'), report.tables))
  }
} catch (error) {
  console.error(`sim: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < least)
    throw new RangeError(`--${option} is ${JSON.stringify(text)}, expected a whole number from ${least}`)
  return value
}

function share(text: string): number {
  const value = Number(text)
  if (text === '' || !(value >= 0 && value <= 1))
    throw new RangeError(`--audit is ${JSON.stringify(text)}, expected a share from 0 to 1`)
  return value
}
