import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { drawChart } from '../../../scripts/sim/chart.ts'
import { fillTables } from '../../../scripts/sim/document.ts'
import { economics } from '../../../scripts/sim/economics.ts'
import { NETWORKS } from '../../../scripts/sim/network.ts'

test('docs/parameters.md and its plots are what the simulation gives', () => {
  const report = economics(NETWORKS, { seed: 1, trials: 400, audits: [0, 0.01, 0.05, 0.2, 0.5, 0.9, 1] })
  const document = readFileSync('docs/parameters.md', 'utf8')
  const renew = 'renew them: npm run sim -- economics --update docs/parameters.md'
  assert.equal(fillTables(document, report.tables), document, renew)
  for (const chart of report.charts)
    assert.equal(
      drawChart(chart),
      readFileSync(`docs/figures/${chart.id}.svg`, 'utf8'),
      `${chart.id}: ${renew}`,
    )
  for (const [, file] of document.matchAll(/\]\(figures\/([a-z-]+)\.svg\)/g))
    assert.ok(
      report.charts.some((chart) => chart.id === file),
      `${file}.svg is no plot of the simulation`,
    )
})
