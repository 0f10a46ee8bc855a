import { SingleBar } from 'cli-progress'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { digitPixels, loadMnist, type DigitSet } from './data/mnist.ts'
import { onnxAccuracy } from './train/evaluate.ts'
import { digitArchitecture, type Network } from './train/network.ts'
import { networkToOnnx } from './train/onnx.ts'
import { networkAccuracy, trainNetwork, type TrainingOptions } from './train/training.ts'

const defaultOut = join(dirname(fileURLToPath(import.meta.url)), '../models/digits/digits.onnx')
const heldBack = 5_000

const help = `Trains the digit model on MNIST and writes it as ONNX.

  node scripts/train-digits.ts [options]

  --epochs <n>   passes over the training images, 1..1000 (default 15, about 20 s each)
  --seed <n>     of initial weights, order and shifts, 32 bits (default 1)
  --out <file>   ONNX file to write (default models/digits/digits.onnx)
  --help         this text

The same Node version, epochs and seed give the same file, byte for byte.`

const options = {
  epochs: { type: 'string', default: '15' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: defaultOut },
  help: { type: 'boolean', default: false },
} as const

try {
  const { values } = parseArgs({ options })
  if (values.help) console.log(help)
  else
    await main(
      wholeNumber('epochs', values.epochs, 1, 1_000),
      wholeNumber('seed', values.seed, 0, 0xffff_ffff),
      values.out,
    )
} catch (error) {
  console.error(`train-digits: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function main(epochs: number, seed: number, out: string): Promise<void> {
  const { train, test } = loadMnist()
  const [shown, held] = split(train, train.count - heldBack)
  const started = performance.now()
  const training = {
    epochs,
    seed,
    architecture: digitArchitecture,
    batch: 64,
    rate: 2e-3,
    decay: 1e-2,
    shift: 2,
  }
  const network = trainShowing(shown, held, training)
  const seconds = (performance.now() - started) / 1_000

  const file = networkToOnnx(network, `Digit classifier trained on MNIST: --epochs ${epochs} --seed ${seed}`)
  mkdirSync(dirname(out), { recursive: true })
  // Written beside and renamed: an interrupted run never leaves half a model.
  writeFileSync(`${out}.part`, file)
  renameSync(`${out}.part`, out)
  console.log(
    `${out}: ${network.parameters.length} parameters, ${file.length} bytes, ${seconds.toFixed(0)} s`,
  )

  const { right, of } = await onnxAccuracy(out, test)
  console.log(`Test accuracy in ONNX Runtime: ${percent(right / of)} (${right} of ${of})`)
}

/** Trains with a bar on a terminal and a line an epoch elsewhere. */
function trainShowing(shown: DigitSet, held: DigitSet, training: TrainingOptions): Network {
  const bar = new SingleBar({
    format: 'epoch {epoch} {bar} {value}/{total} | loss {loss} | accuracy {accuracy} | {duration_formatted}',
    hideCursor: true,
  })
  const steps = trainNetwork(shown, training)
  try {
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value
      const { epoch, seen, of, loss, accuracy, network } = value
      const shownNumbers = { epoch, loss: loss.toFixed(4), accuracy: percent(accuracy) }
      if (bar.isActive) bar.update(seen, shownNumbers)
      else bar.start(of, seen, shownNumbers)
      if (seen < of) continue
      bar.stop()
      console.log(
        `Epoch ${epoch} of ${training.epochs}: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}; ` +
          `${percent(networkAccuracy(network, held))} on ${held.count} held-back training images`,
      )
    }
  } finally {
    bar.stop()
  }
}

function split(digits: DigitSet, at: number): [DigitSet, DigitSet] {
  const { count, images, labels } = digits
  const first = { count: at, images: images.subarray(0, at * digitPixels), labels: labels.subarray(0, at) }
  const rest = { count: count - at, images: images.subarray(at * digitPixels), labels: labels.subarray(at) }
  return [first, rest]
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new RangeError(`--${option} is ${JSON.stringify(text)}, expected a whole number ${least}..${most}`)
  return value
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`
}
