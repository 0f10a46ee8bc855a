import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawChart } from '../../scripts/sim/chart.ts'
import { fillTables, UnknownTable } from '../../scripts/sim/document.ts'
import { dollars, duration, percent, type ReportTable, terminalTable } from '../../scripts/sim/report.ts'

const table: ReportTable = {
  id: 'one',
  title: 'One',
  note: 'A note.',
  columns: [
    { key: 'name', head: 'name' },
    { key: 'cost', head: 'cost', show: dollars },
    { key: 'met', head: 'met' },
  ],
  rows: [{ name: 'a', cost: 1_234.5, met: true }],
}

test('a table between markers is renewed and nothing else is touched', () => {
  const open = '<!-- table: one -->'
  const filled = fillTables(`before\n${open}\nold\n<!-- /table -->\nafter\n`, [table])
  const rows = '| name | cost | met |\n| --- | ---: | ---: |\n| a | $1,235 | yes |'
  assert.equal(filled, `before\n${open}\n${rows}\n<!-- /table -->\nafter\n`)
  assert.equal(fillTables(filled, [table]), filled)
  assert.throws(() => fillTables('<!-- table: two -->\n<!-- /table -->', [table]), UnknownTable)
  assert.match(terminalTable(table), /A note\.[^]*\$1,235/)
})

test('figures are rounded to what they are worth', () => {
  assert.deepEqual([0, 0.0312, 2.345, -1_234.5].map(dollars), ['$0', '$0.031', '$2.35', '-$1,235'])
  assert.deepEqual([0, 0.00012, 0.0512, 0.5].map(percent), ['0%', '0.01%', '5.1%', '50%'])
  assert.deepEqual([0, 12, 300, 7_200].map(duration), ['0', '12 s', '5 min', '2 h'])
})

test('a chart draws its points where its scales put them', () => {
  const svg = drawChart({
    id: 'x',
    title: 'A < B',
    x: { label: 'x', scale: 'linear', show: String, domain: [0, 10] },
    y: { label: 'y', scale: 'log', show: String, domain: [1, 100] },
    series: [
      {
        name: 'line',
        points: [
          [0, 1],
          [10, 100],
        ],
      },
      { name: 'dots', like: 'line', style: 'dots', points: [[5, 10]] },
    ],
    marks: [{ at: 5, label: 'here' }],
  })
  const corners = /<path d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)" fill="none" stroke="#0072b2"/.exec(svg)
  const [left, bottom, right, top] = corners!.slice(1).map(Number)
  assert.match(
    svg,
    new RegExp(`<circle cx="${((left! + right!) / 2).toFixed(1)}" cy="${((top! + bottom!) / 2).toFixed(1)}"`),
  )
  assert.match(svg, /A &lt; B/)
  assert.equal(svg.match(/<text[^>]*>line</g)?.length, 1)
  assert.doesNotMatch(svg, />dots</)
})
