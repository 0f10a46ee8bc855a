import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '@plumbline/compiler'
import { type Image, planar, readJpeg, resized } from './images.ts'

export const LINE = { height: 48, width: 320 } as const
export const PAGE = { height: 320, width: 640 } as const

/** Part of an image; what lies outside repeats the nearest pixel. */
function cut(image: Image, left: number, top: number, width: number, height: number): Image {
  const pixels = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = [Math.min(image.width - 1, left + x), Math.min(image.height - 1, top + y)]
      const from = 3 * (row * image.width + column)
      pixels.set(image.pixels.subarray(from, from + 3), 3 * (y * width + x))
    }
  return { width, height, pixels }
}

/** Windows over pictures of single lines of text, each as high as the line. */
export function textLines(folder: string): Sample[] {
  return ['en_rec.jpg', 'test_without_det.jpg', 'text_rec.jpg'].flatMap((name) => {
    const image = readJpeg(join(folder, name))
    const line = resized(image, Math.round((image.width * LINE.height) / image.height), LINE.height)
    const last = Math.max(0, line.width - LINE.width)
    const starts = Array.from({ length: Math.floor(last / 64) + 1 }, (_, i) => i * 64)
    return starts.map((left) => ({ inputs: [planar(cut(line, left, 0, LINE.width, LINE.height))] }))
  })
}

/** Pictures with text at several sizes and places. */
export function textPages(folder: string): Sample[] {
  return ['en.jpg', 'en_rec.jpg', 'test_without_det.jpg', 'text_rec.jpg'].flatMap((name) => {
    const image = readJpeg(join(folder, name))
    return [1, 0.9, 0.8, 0.7, 0.6, 0.5].map((scale) => {
      const fit = scale * Math.min(PAGE.width / image.width, PAGE.height / image.height)
      const small = resized(image, Math.round(image.width * fit), Math.round(image.height * fit))
      return { inputs: [planar(cut(small, 0, 0, PAGE.width, PAGE.height))] }
    })
  })
}

/** The characters that classes 1, 2, ... mean; class 0 is nothing. */
export const readKeys = (path: string): readonly string[] => ['', ...readFileSync(path, 'utf8').split('\n')]

/** Greedy reading of rows of class scores: repetitions and nothings go. */
export function readText(scores: ArrayLike<number>, classes: number, keys: readonly string[]): string {
  let text = ''
  let before = 0
  for (let at = 0; at < scores.length; at += classes) {
    let best = 0
    for (let k = 1; k < classes; k++) if (scores[at + k]! > scores[at + best]!) best = k
    if (best !== before) text += keys[best] ?? ' '
    before = best
  }
  return text
}

/** Changes of single characters that turn one text into another. */
export function characterDifference(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
