import { cellsFor, type Factors, type Format, panelBytes, viewOf } from './factors.ts'
import { kernel, PANEL_BYTES, TILE_ROWS } from './matrix-kernel.ts'

/** Rows that are read before the kernel runs over them: about what a second-level cache holds. */
const BLOCK_BYTES = 128 * 1024
const MAX_BLOCK_ROWS = 64
/** Packed columns that are multiplied at a time. */
const SLAB_BYTES = 8 * 1024 * 1024

/** A block of rows, a slab of packed columns and their products, in the kernel's memory. */
export interface MatrixMemory {
  readonly blockRows: number
  readonly slabPanels: number
  /** Terms from one row to the next in `rows`. */
  readonly pitch: number
  readonly rows: Factors
  /** Room for so many panels of columns. */
  readonly columns: (panels: number) => Factors
  /** Multiplies the first `rows` rows with all columns of the first `panels` panels; valid until the next call. */
  readonly multiply: (rows: number, panels: number) => Products
}

export interface Products {
  readonly values: Int32Array | Float64Array
  /** Values from one row to the next. */
  readonly pitch: number
}

/** Room for products of matrices of the given depth; a call takes the memory from whoever had it before. */
export function matrixMemory(
  format: Format,
  depth: number,
  panels: number,
  exactDepth: number,
): MatrixMemory {
  const cells = cellsFor(format, depth)
  const cellBytes = format.termsACell * format.termBytes
  const rowBytes = cells * cellBytes
  const perPanel = panelBytes(format, depth)
  const tiles = Math.floor(BLOCK_BYTES / rowBytes / TILE_ROWS)
  const blockRows = TILE_ROWS * Math.max(1, Math.min(MAX_BLOCK_ROWS / TILE_ROWS, tiles))
  const slabPanels = Math.max(1, Math.min(panels, Math.floor(SLAB_BYTES / perPanel)))
  const columnsAt = Math.ceil((blockRows * rowBytes) / PANEL_BYTES) * PANEL_BYTES
  const productsAt = columnsAt + slabPanels * perPanel
  const buffer = kernel.memory(productsAt + blockRows * slabPanels * PANEL_BYTES)

  const exactCells = Math.floor(exactDepth / format.termsACell)
  const call = (from: number, rows: number, count: number): void =>
    kernel.call[format.name](
      from * cellBytes,
      rowBytes,
      columnsAt + from * PANEL_BYTES,
      perPanel,
      Math.min(exactCells, cells - from),
      productsAt,
      Math.ceil(rows / TILE_ROWS),
      count,
    )
  const valuesOf = (rows: number, count: number): Int32Array | Float64Array => {
    const length = rows * count * format.columnsAPanel
    return format.name === 'i16'
      ? new Int32Array(buffer, productsAt, length)
      : new Float64Array(buffer, productsAt, length)
  }
  const multiply = (rows: number, count: number): Products => {
    const pitch = count * format.columnsAPanel
    call(0, rows, count)
    const values = valuesOf(rows, count)
    if (exactCells >= cells) return { values, pitch }
    const sums = Float64Array.from(values)
    for (let from = exactCells; from < cells; from += exactCells) {
      call(from, rows, count)
      for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + values[i]!
    }
    return { values: sums, pitch }
  }
  return {
    blockRows,
    slabPanels,
    pitch: rowBytes / format.termBytes,
    rows: viewOf(format, buffer, 0, (blockRows * rowBytes) / format.termBytes),
    columns: (count) => viewOf(format, buffer, columnsAt, (count * perPanel) / format.termBytes),
    multiply,
  }
}
