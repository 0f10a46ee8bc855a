import type { Row } from './bench-row.ts'

export const HEAD = ['case', 'metric', 'value', 'unit', 'target', 'met'] as const

export const cellsOf = (row: Row): readonly string[] => [
  row.case,
  row.metric,
  Number.isInteger(row.value) ? row.value.toLocaleString('en-US') : row.value.toPrecision(4),
  row.unit,
  row.target ?? '',
  row.met === null ? '' : row.met ? 'yes' : 'NO',
]

/** `page` with the table of benchmark `name` between its two comments replaced, or added at the end. */
export function withSection(page: string, name: string, machine: string, rows: readonly Row[]): string {
  const [open, close] = [`<!-- bench: ${name} -->`, `<!-- /bench: ${name} -->`]
  const table = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`)
  const section = [open, `\`npm run bench -- ${name}\` on ${machine}`, '', ...table, close].join('\n')
  const [from, to] = [page.indexOf(open), page.indexOf(close)]
  return from < 0 || to < 0
    ? `${page.trimEnd()}\n\n## ${name}\n\n${section}\n`
    : page.slice(0, from) + section + page.slice(to + close.length)
}
