export interface AdamOptions {
  /** Decoupled weight decay (Loshchilov and Hutter): small weights quantise with smaller steps. */
  readonly decay: number
}

/** Adam (Kingma and Ba) with its usual constants. */
export function adam(
  parameters: Float64Array,
  { decay }: AdamOptions,
): (gradients: Float64Array, rate: number) => void {
  const keepMean = 0.9
  const keepSquare = 0.999
  const mean = new Float64Array(parameters.length)
  const square = new Float64Array(parameters.length)
  let meanBias = 1
  let squareBias = 1
  return (gradients, rate) => {
    meanBias *= keepMean
    squareBias *= keepSquare
    for (let i = 0; i < parameters.length; i++) {
      const gradient = gradients[i]!
      const m = (mean[i] = keepMean * mean[i]! + (1 - keepMean) * gradient)
      const s = (square[i] = keepSquare * square[i]! + (1 - keepSquare) * gradient * gradient)
      const move = m / (1 - meanBias) / (Math.sqrt(s / (1 - squareBias)) + 1e-8)
      parameters[i]! -= rate * (move + decay * parameters[i]!)
    }
  }
}
