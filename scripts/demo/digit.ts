const SHADES = ' .:-=+*#%@'

/** A picture of bytes (0 = background) as text, two characters a pixel so that it looks square; empty borders cut. */
export function drawDigit(pixels: Uint8Array, width: number): string {
  const rows = Array.from({ length: pixels.length / width }, (_, y) =>
    pixels.subarray(y * width, (y + 1) * width),
  )
  const used = rows.flatMap((row, y) => (row.some((value) => value > 0) ? [y] : []))
  const columns = Array.from({ length: width }, (_, x) => x).filter((x) => rows.some((row) => row[x]! > 0))
  const shade = (value: number): string => SHADES[Math.round((value / 255) * (SHADES.length - 1))]!.repeat(2)
  return rows
    .slice(used[0] ?? 0, (used.at(-1) ?? 0) + 1)
    .map((row) => [...row.subarray(columns[0] ?? 0, (columns.at(-1) ?? 0) + 1)].map(shade).join('').trimEnd())
    .join('\n')
}
