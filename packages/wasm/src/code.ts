/** Bytes of instructions in any nesting; the order of reading is the order of the bytes. */
export type Code = number | readonly Code[]

/** Unsigned LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) | 0x80)
  }
}

/** Signed LEB128. */
export function signed(value: bigint): Code {
  const bytes: number[] = []
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn)
    if (rest >= -64n && rest < 64n) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

export const flatten = (code: Code): readonly number[] => [code].flat(Infinity as 1) as number[]

/** A vector of the binary format: its length, then its items. */
export const vector = (items: readonly Code[]): Code => [unsigned(items.length), items]

/** Bytes preceded by how many they are. */
export const sized = (code: Code): Code => {
  const bytes = flatten(code)
  return [unsigned(bytes.length), bytes]
}
