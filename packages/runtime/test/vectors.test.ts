import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteLength } from '@plumbline/ir'
import { expandMacros, logicalBytes } from '@plumbline/ops'
import { loadVector, readVectors } from '../../../test/support/vectors.ts'
import { lowerMacros, openSession, runCompiled, runReference } from '../src/index.ts'

test('checked-in vectors: macros expand to their steps, and both interpreters and the lowering give their bytes', async () => {
  const vectors = readVectors()
  assert.ok(vectors.length >= 30)
  for (const [index, vector] of vectors.entries()) {
    const { item, program, inputs, constants, outputs } = loadVector(vector)
    const expanded = expandMacros({
      inputs: item.inputs,
      macros: [item.macro],
      outputs: [item.inputs.length],
    })
    assert.deepEqual(expanded.program, program, `vector ${index}`)
    assert.deepEqual(runReference(program, constants, inputs), outputs, `vector ${index}`)
    assert.deepEqual(await runCompiled(program, constants, inputs), outputs, `vector ${index}`)

    const value = expanded.values.at(-1)!
    const graph = lowerMacros({
      inputs: item.inputs,
      macros: [item.macro],
      values: expanded.values,
      outputs: [item.inputs.length],
      constants,
      weights: 'u8',
    })
    const session = await openSession(graph.bytes, item.inputs)
    const [result] = await session.run(inputs)
    await session.close()
    const stored = outputs[value.ref.class === 'step' ? value.ref.index : 0]!
    assert.deepEqual(Buffer.from(result!), Buffer.from(logicalBytes(value, stored)), `vector ${index}`)
    inputs.forEach((bytes, i) => assert.equal(bytes.byteLength, byteLength(item.inputs[i]!)))
  }
})
