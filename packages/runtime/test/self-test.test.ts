import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { programRoot } from '@plumbline/commitments'
import { outputTypes, expandMacros } from '@plumbline/ops'
import {
  assembleModel,
  caseLayer,
  chooseLowering,
  compareLayer,
  macroCase,
  type Model,
  seededRandom,
} from '../src/index.ts'

test('every lowering of 10,000 and more fuzzed elements is the interpreter, bit for bit', async () => {
  const random = seededRandom(99)
  for (const weights of ['u8', 'i8'] as const) {
    let elements = 0
    for (let i = 0; i < 180; i++) {
      const result = await compareLayer(caseLayer(macroCase(i)), weights, random, 2)
      // i8 weights are allowed to be inexact: then the self-test does not choose them on this machine.
      if (weights === 'u8') assert.equal(result.mismatch, null, `case ${i}`)
      elements += result.elements
    }
    assert.ok(elements >= 10_000, `${elements} elements`)
  }
})

/** A model of one conformance case. */
function caseModel(index: number): Model {
  const { inputs, macro, constants } = macroCase(index)
  const list = { inputs, macros: [macro], outputs: [inputs.length] }
  const expanded = expandMacros(list)
  const port = (type: (typeof inputs)[number], name: string) => ({ ...type, name, scale: 1, zero: 0 })
  return assembleModel(
    {
      format: 'plumbline-model',
      version: 1,
      name: `case ${index}`,
      source: { sha256: '', byteLength: 0 },
      programRoot: programRoot(expanded.program),
      inputs: inputs.map((type, i) => port(type, `in${i}`)),
      outputs: outputTypes(list, expanded).map((type, i) => port(type, `out${i}`)),
      macros: [macro],
      outputValues: list.outputs,
      constants: [...constants].map(([root, bytes]) => ({ root, byteLength: bytes.byteLength })),
      recipe: null,
    },
    constants,
  )
}

test('the choice is the fastest exact lowering, and is remembered for the machine and the model', async () => {
  const memory = await mkdtemp(join(tmpdir(), 'plumbline-memory-'))
  try {
    const options = { memory, cases: 9 }
    const first = await chooseLowering(caseModel(0), options)
    const exact = first.results.filter(({ mismatch }) => mismatch === null)
    const best = Math.min(...exact.map(({ milliseconds }) => milliseconds!))
    assert.equal(first.results.find(({ weights }) => weights === first.weights)!.milliseconds, best)
    assert.equal(first.remembered, false)
    assert.ok(first.results[0]!.elements > 500)

    const again = await chooseLowering(caseModel(0), options)
    assert.deepEqual({ ...again, remembered: false }, first)
    assert.equal(again.remembered, true)
    assert.equal((await chooseLowering(caseModel(1), options)).remembered, false)
    assert.equal((await chooseLowering(caseModel(0), { ...options, threads: 2 })).remembered, false)
  } finally {
    await rm(memory, { recursive: true })
  }
})

test('a lowering that computes something else is found and never chosen', async () => {
  const model = caseModel(0)
  const [macro] = model.manifest.macros
  // The program stays; the macro that ONNX Runtime is given rounds around another zero point.
  const wrong = { ...macro!, inputZero: ((macro as unknown as { inputZero: number }).inputZero + 1) % 256 }
  const broken: Model = { ...model, manifest: { ...model.manifest, macros: [wrong] } }
  await assert.rejects(chooseLowering(broken, { cases: 2 }), { code: 'NO_EXACT_LOWERING' })
})
