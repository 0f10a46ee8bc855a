import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { drawChart } from '../../../scripts/sim/chart.ts'
import { fillTables } from '../../../scripts/sim/document.ts'
import { economics } from '../../../scripts/sim/economics.ts'
import { NETWORKS } from '../../../scripts/sim/network.ts'

test('the tables and plots in the documents are what the simulation gives', () => {
  const report = economics(NETWORKS, { seed: 1, trials: 400, audits: [0, 0.01, 0.05, 0.2, 0.5, 0.9, 1] })
  const pages = ['docs/parameters.md', 'docs/challengers.md']
  const renew = `renew them: npm run sim -- economics ${pages.map((page) => `--update ${page}`).join(' ')}`
  const documents = pages.map((page) => readFileSync(page, 'utf8'))
  for (const document of documents) assert.equal(fillTables(document, report.tables), document, renew)
  for (const chart of report.charts)
    assert.equal(
      drawChart(chart),
      readFileSync(`docs/figures/${chart.id}.svg`, 'utf8'),
      `${chart.id}: ${renew}`,
    )
  for (const [, file] of documents.join().matchAll(/\]\(figures\/([a-z-]+)\.svg\)/g))
    assert.ok(
      report.charts.some((chart) => chart.id === file),
      `${file}.svg is no plot of the simulation`,
    )
})
