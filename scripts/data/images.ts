import { readFileSync } from 'node:fs'
import jpeg from 'jpeg-js'

/** Interleaved 8-bit RGB. */
export interface Image {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Decodes a JPEG file. */
export function readJpeg(path: string): Image {
  const { width, height, data } = jpeg.decode(readFileSync(path), {
    useTArray: true,
    maxMemoryUsageInMB: 1024,
  })
  const pixels = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) pixels[3 * i + c] = data[4 * i + c]!
  return { width, height, pixels }
}

/** Bilinear with the support of the larger step, so that shrinking averages instead of skipping pixels. */
export function resized(image: Image, width: number, height: number): Image {
  const across = resizedRows(image.pixels, image.height, image.width, width, 3, 1)
  const both = resizedRows(across, width, image.height, height, 3 * width, width)
  return { width, height, pixels: both }
}

/**
 * Resamples one axis: `lines` independent lines of `from` elements become lines of `to`. Horizontally a line is a row
 * of pixels; vertically it is a column, whose elements are `step` bytes apart.
 */
function resizedRows(
  pixels: Uint8Array,
  lines: number,
  from: number,
  to: number,
  step: number,
  columns: number,
): Uint8Array {
  const horizontal = columns === 1
  const result = new Uint8Array(lines * to * 3)
  const scale = from / to
  const support = Math.max(1, scale)
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - support + 0.5))
    const last = Math.min(from, Math.floor(centre + support + 0.5))
    const weights = Array.from({ length: last - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support)),
    )
    const total = weights.reduce((a, b) => a + b, 0)
    for (let line = 0; line < lines; line++)
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let i = 0; i < weights.length; i++) {
          const at = horizontal ? (line * from + first + i) * step + c : (first + i) * step + line * 3 + c
          sum += weights[i]! * pixels[at]!
        }
        const out = horizontal ? (line * to + x) * 3 + c : (x * lines + line) * 3 + c
        result[out] = Math.round(sum / total)
      }
  }
  return result
}

/** The rectangle of that size in the middle. */
export function centreCrop(image: Image, width: number, height: number): Image {
  const left = Math.round((image.width - width) / 2)
  const top = Math.round((image.height - height) / 2)
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3
    pixels.set(image.pixels.subarray(from, from + width * 3), y * width * 3)
  }
  return { width, height, pixels }
}

/** Short side to `size`, then the middle. */
export function shortSide(image: Image, size: number, crop: number): Image {
  const ratio = size / Math.min(image.width, image.height)
  return centreCrop(
    resized(image, Math.round(image.width * ratio), Math.round(image.height * ratio)),
    crop,
    crop,
  )
}

/** Channel by channel, as models take images: 3 x height x width. */
export function planar({ width, height, pixels }: Image): Uint8Array {
  const size = width * height
  const result = new Uint8Array(3 * size)
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) result[c * size + i] = pixels[3 * i + c]!
  return result
}

/** Luminance (BT.601, full range). */
export function luminance({ width, height, pixels }: Image): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    Math.round(0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!),
  )
}
