import { markdownTable, type ReportTable } from './report.ts'

/** Renews what stands between `<!-- table: ID -->` and `<!-- /table -->`; the rest of the document stays as it is. */
export function fillTables(document: string, tables: readonly ReportTable[]): string {
  return document.replaceAll(
    /(<!-- table: ([a-z0-9-]+) -->\n)[^]*?(<!-- \/table -->)/g,
    (_, open: string, id: string, close: string) => {
      const table = tables.find((candidate) => candidate.id === id)
      if (!table) throw new UnknownTable(id)
      return `${open}${markdownTable(table)}\n${close}`
    },
  )
}

export class UnknownTable extends Error {
  readonly code = 'SIM_UNKNOWN_TABLE'
  constructor(id: string) {
    super(`the document asks for the table ${id}, which the simulation does not make`)
  }
}
