import { type ScaleContinuousNumeric, scaleLinear, scaleLog, scaleSymlog } from 'd3-scale'
import { curveLinear, line as lineOf } from 'd3-shape'

export interface Axis {
  readonly label: string
  readonly scale: 'linear' | 'log' | 'symlog'
  readonly show: (value: number) => string
  /** Least and greatest value drawn; the data's when left out. */
  readonly domain?: readonly [number, number]
  readonly ticks?: readonly number[]
}

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
  readonly style?: 'line' | 'dashed' | 'dots'
  /** Shares the colour of the series of that name, and its place in the legend. */
  readonly like?: string
}

export interface Chart {
  /** File name without its ending. */
  readonly id: string
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** Vertical lines: where a default lies. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[]
}

const WIDTH = 760
const HEIGHT = 420
const PLOT = { left: 78, right: 18, top: 44, bottom: 52 } as const
const LEGEND = 190
/** Okabe and Ito's colours, which the colour-blind tell apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'] as const

const SCALES: Readonly<Record<Axis['scale'], () => ScaleContinuousNumeric<number, number>>> = {
  linear: scaleLinear,
  log: scaleLog,
  symlog: scaleSymlog,
}

/** The chart as a file of its own, on white, so that it reads the same wherever it is shown. */
export function drawChart(chart: Chart): string {
  const [left, right] = [PLOT.left, WIDTH - PLOT.right - LEGEND]
  const [top, bottom] = [PLOT.top, HEIGHT - PLOT.bottom]
  const x = positionOf(chart.x, extentOf(chart, 0), left, right)
  const y = positionOf(chart.y, extentOf(chart, 1), bottom, top)
  const named = chart.series.filter((series) => !series.like)
  const colour = (series: Series): string =>
    COLOURS[named.findIndex(({ name }) => name === (series.like ?? series.name)) % COLOURS.length]!
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escape(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${left}" y="24" font-size="15" font-weight="600">${escape(chart.title)}</text>`,
    ...x.ticks.map(
      (tick) =>
        `<path d="M${n(x.at(tick))},${top}V${bottom}" stroke="#e4e4e4"/><text x="${n(x.at(tick))}" y="${bottom + 18}" text-anchor="middle">${escape(chart.x.show(tick))}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<path d="M${left},${n(y.at(tick))}H${right}" stroke="#e4e4e4"/><text x="${left - 8}" y="${n(y.at(tick) + 4)}" text-anchor="end">${escape(chart.y.show(tick))}</text>`,
    ),
    `<path d="M${left},${top}V${bottom}H${right}" fill="none" stroke="#333"/>`,
    `<text x="${(left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escape(chart.x.label)}</text>`,
    `<text transform="translate(16 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(chart.y.label)}</text>`,
    ...(chart.marks ?? []).map(
      ({ at, label }, i) =>
        `<path d="M${n(x.at(at))},${top}V${bottom}" stroke="#333" stroke-dasharray="2 3"/><text x="${n(x.at(at) + 4)}" y="${top + 12 + 14 * i}">${escape(label)}</text>`,
    ),
    ...chart.series.map((series) => drawSeries(series, colour(series), x.at, y.at)),
    ...named.map((series, i) => legendEntry(series, colour(series), right + 16, top + 8 + 20 * i)),
    '</svg>\n',
  ].join('\n')
}

function drawSeries(
  { points, style = 'line' }: Series,
  colour: string,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  if (style === 'dots')
    return points
      .map(
        ([a, b]) =>
          `<circle cx="${n(x(a))}" cy="${n(y(b))}" r="3.5" fill="#fff" stroke="${colour}" stroke-width="1.6"/>`,
      )
      .join('\n')
  const path = lineOf<readonly [number, number]>(
    ([a]) => x(a),
    ([, b]) => y(b),
  )
    .curve(curveLinear)
    .digits(1)([...points])
  const dash = style === 'dashed' ? ' stroke-dasharray="6 4"' : ''
  return `<path d="${path ?? ''}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`
}

function legendEntry({ name, style }: Series, colour: string, x: number, y: number): string {
  const dash = style === 'dashed' ? ' stroke-dasharray="6 4"' : ''
  return `<path d="M${x},${y - 4}h22" stroke="${colour}" stroke-width="3"${dash}/><text x="${x + 28}" y="${y}">${escape(name)}</text>`
}

function positionOf(
  axis: Axis,
  [low, high]: readonly [number, number],
  from: number,
  to: number,
): { readonly at: (value: number) => number; readonly ticks: readonly number[] } {
  const scale = SCALES[axis.scale]().domain([low, high]).range([from, to]).clamp(true)
  const ticks = axis.ticks ?? scale.ticks(6)
  // A logarithmic scale offers nine ticks a decade: the powers of ten are enough.
  const shown =
    axis.scale === 'log' && !axis.ticks ? ticks.filter((t) => Number.isInteger(Math.log10(t))) : ticks
  return { at: (value) => scale(value), ticks: shown.filter((tick) => tick >= low && tick <= high) }
}

function extentOf(chart: Chart, side: 0 | 1): readonly [number, number] {
  const given = (side === 0 ? chart.x : chart.y).domain
  if (given) return given
  const values = chart.series.flatMap(({ points }) => points.map((point) => point[side]))
  return [Math.min(...values), Math.max(...values)]
}

const n = (value: number): string => value.toFixed(1)
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
