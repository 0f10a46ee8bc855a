/** One measured figure. `target` says what was asked for, in words and numbers; `met` is null where nothing was. */
export interface Row {
  readonly bench: string
  readonly case: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  readonly target: string | null
  readonly met: boolean | null
}
