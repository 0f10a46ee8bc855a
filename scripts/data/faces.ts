/** A box with its score, in shares of the image. */
export interface Face {
  readonly box: readonly [number, number, number, number]
  readonly score: number
}

const WIDTH = 320
const HEIGHT = 240
const STRIDES = [8, 16, 32, 64] as const
const SIZES = [
  [10, 16, 24],
  [32, 48],
  [64, 96],
  [128, 192, 256],
] as const
const CENTRE_VARIANCE = 0.1
const SIZE_VARIANCE = 0.2

/** Centres and sizes that the detector's offsets are relative to. */
function priors(): readonly (readonly [number, number, number, number])[] {
  return STRIDES.flatMap((stride, level) => {
    const [rows, columns] = [Math.ceil(HEIGHT / stride), Math.ceil(WIDTH / stride)]
    return Array.from({ length: rows * columns }, (_, i) =>
      SIZES[level]!.map((size): [number, number, number, number] => [
        ((i % columns) + 0.5) / columns,
        (Math.floor(i / columns) + 0.5) / rows,
        size / WIDTH,
        size / HEIGHT,
      ]),
    ).flat()
  })
}

/** Faces from the outputs of the UltraFace detector (scores 4420 x 2 after softmax, offsets 4420 x 4). */
export function decodeFaces(
  scores: ArrayLike<number>,
  offsets: ArrayLike<number>,
  least: number,
): readonly Face[] {
  return priors().flatMap(([cx, cy, w, h], i) => {
    const score = scores[2 * i + 1]!
    if (score < least) return []
    const x = cx + offsets[4 * i]! * CENTRE_VARIANCE * w
    const y = cy + offsets[4 * i + 1]! * CENTRE_VARIANCE * h
    const width = w * Math.exp(offsets[4 * i + 2]! * SIZE_VARIANCE)
    const height = h * Math.exp(offsets[4 * i + 3]! * SIZE_VARIANCE)
    return [{ box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2] as const, score }]
  })
}

export function overlap(a: Face['box'], b: Face['box']): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  const both = Math.max(0, width) * Math.max(0, height)
  const area = (box: Face['box']): number => (box[2] - box[0]) * (box[3] - box[1])
  return both / (area(a) + area(b) - both)
}

/** The best of every bunch of boxes that overlap by more than `most`. */
export function distinctFaces(faces: readonly Face[], most: number): readonly Face[] {
  const kept: Face[] = []
  for (const face of faces.toSorted((a, b) => b.score - a.score))
    if (kept.every(({ box }) => overlap(box, face.box) <= most)) kept.push(face)
  return kept
}
