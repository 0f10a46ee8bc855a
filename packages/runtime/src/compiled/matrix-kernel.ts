import {
  type Code,
  defineFunction,
  f64x2,
  i32,
  i32x4,
  instantiate,
  repeat,
  v128,
  type Variable,
} from '@plumbline/wasm'

/**
 * How the factors of a product are held and multiplied. A cell is what one instruction takes of one row or column: two
 * neighbouring terms as i16, whose products it adds up, or one term as f64.
 */
interface Arithmetic {
  readonly cellBytes: number
  readonly splat: (address: Code, offset: number) => Code
  /** sum + a * b */
  readonly multiplyAdd: (sum: Code, a: Code, b: Code) => Code
}

/** The tile of sums that stays in registers has so many rows, and two vectors of columns. */
export const TILE_ROWS = 4
const VECTORS = 2
const VECTOR_BYTES = 16
/** Bytes of one depth of a panel, and of a panel's columns in a row of `out`. */
export const PANEL_BYTES = VECTORS * VECTOR_BYTES

/**
 * (a, pitch, b, panelBytes, cells, out, tiles, panels): products of 4 * tiles rows of `a`, `pitch` bytes apart, with all
 * columns of `panels` panels. In a panel, the cells of its columns lie together, one depth after the other; `out` has
 * the sums of each row one after another.
 */
const multiply = (name: 'i16' | 'f64', { cellBytes, splat, multiplyAdd }: Arithmetic) =>
  defineFunction(name, 8, ([a, pitch, b, panelBytes, cells, out, tiles, panels], local) => {
    const of = (count: number, type: 'i32' | 'v128'): readonly Variable[] =>
      Array.from({ length: count }, () => local(type))
    const rows = of(TILE_ROWS, 'i32')
    const columns = of(VECTORS, 'v128')
    const sums = rows.map(() => of(VECTORS, 'v128'))
    const counters = { panels: local('i32'), tiles: local('i32'), cells: local('i32') }
    const [tile, panel, at, target] = [local('i32'), local('i32'), local('i32'), local('i32')]
    const cell = local('v128')
    const advance = (variable: Variable, by: Code): Code => variable.set(i32.add(variable.get, by))
    const rowBytes = i32.mul(panels!.get, i32.const(PANEL_BYTES))
    const oneDepth: Code = [
      columns.map((column, i) => column.set(v128.load(at.get, VECTOR_BYTES * i))),
      rows.map((row, r) => [
        cell.set(splat(row.get, 0)),
        sums[r]!.map((sum, i) => sum.set(multiplyAdd(sum.get, cell.get, columns[i]!.get))),
        advance(row, i32.const(cellBytes)),
      ]),
      advance(at, i32.const(PANEL_BYTES)),
    ]
    const oneTile: Code = [
      rows.map((row, r) => row.set(r === 0 ? tile.get : i32.add(rows[r - 1]!.get, pitch!.get))),
      sums.flat().map((sum) => sum.set(v128.zero)),
      at.set(panel.get),
      repeat(counters.cells, cells!.get, oneDepth),
      sums.map((row) => [
        row.map((sum, i) => v128.store(target.get, sum.get, VECTOR_BYTES * i)),
        advance(target, rowBytes),
      ]),
      advance(tile, i32.mul(pitch!.get, i32.const(TILE_ROWS))),
    ]
    return [
      panel.set(b!.get),
      repeat(counters.panels, panels!.get, [
        tile.set(a!.get),
        target.set(out!.get),
        repeat(counters.tiles, tiles!.get, oneTile),
        advance(panel, panelBytes!.get),
        advance(out!, i32.const(PANEL_BYTES)),
      ]),
    ]
  })

const pairsOfI16: Arithmetic = {
  cellBytes: 4,
  splat: (address, offset) => v128.load32Splat(address, offset),
  multiplyAdd: (sum, a, b) => i32x4.add(sum, i32x4.dotI16x8(a, b)),
}

const doubles: Arithmetic = {
  cellBytes: 8,
  splat: (address, offset) => v128.load64Splat(address, offset),
  multiplyAdd: (sum, a, b) => f64x2.add(sum, f64x2.mul(a, b)),
}

export const kernel = instantiate([multiply('i16', pairsOfI16), multiply('f64', doubles)])
