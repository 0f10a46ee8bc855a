import Table from 'cli-table3'
import type { Chart } from './chart.ts'

export type Cell = number | string | boolean | null

export interface Column {
  readonly key: string
  readonly head: string
  readonly show?: (value: number) => string
}

export interface ReportTable {
  /** Names it in the JSON file and where a document shows it. */
  readonly id: string
  readonly title: string
  /** What is held fixed, and how to read it. */
  readonly note: string
  readonly columns: readonly Column[]
  readonly rows: readonly Readonly<Record<string, Cell>>[]
}

export interface Report {
  readonly tables: readonly ReportTable[]
  readonly charts: readonly Chart[]
}

export const dollars = (value: number): string => {
  const size = Math.abs(value)
  const digits = size >= 100 || size === 0 ? 0 : size >= 1 ? 2 : size >= 0.01 ? 3 : 5
  const sign = value < 0 && size >= 5e-6 ? '-' : ''
  return `${sign}$${size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`
}
export const percent = (value: number): string => {
  const size = Math.abs(value * 100)
  return `${(value * 100).toFixed(size >= 10 || size === 0 ? 0 : size >= 1 ? 1 : size >= 0.01 ? 2 : 4)}%`
}
export const duration = (seconds: number): string =>
  seconds === 0
    ? '0'
    : seconds < 60
      ? `${Math.round(seconds)} s`
      : seconds < 5_400
        ? `${trim(seconds / 60)} min`
        : `${trim(seconds / 3_600)} h`
export const times = (value: number): string => `${trim(value)}x`
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
export const figure = (value: number): string => String(Number(value.toPrecision(3)))

const trim = (value: number): string => (value >= 100 ? whole(value) : String(Number(value.toFixed(1))))

function cellText(column: Column, value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'NO'
  return typeof value === 'number' ? (column.show ?? figure)(value) : value
}

const grid = ({ columns, rows }: ReportTable): readonly (readonly string[])[] =>
  rows.map((row) => columns.map((column) => cellText(column, row[column.key])))

export function terminalTable(table: ReportTable): string {
  const drawn = new Table({
    head: table.columns.map(({ head }) => head),
    colAligns: table.columns.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  })
  for (const row of grid(table)) drawn.push([...row])
  return `\n${table.title}\n${table.note}\n${drawn.toString()}`
}

export function markdownTable(table: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(table.columns.map(({ head }) => head)),
    line(table.columns.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...grid(table).map(line),
  ].join('\n')
}
