import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { conv, fullyConnected } from '../../../scripts/lib/step-shapes.ts'
import { PROOF_COST, PROOF_GAS_CAP, worstProofGas } from '../src/index.ts'

const context = { stepCount: 256, inputCount: 1 }

test('admits the layers that it was calibrated for', () => {
  for (const size of [7, 14]) {
    const step = conv({ size, channels: 512, outputs: 512, kernel: 3, pad: 1 })
    assert.ok(worstProofGas(step, context) <= PROOF_GAS_CAP, `convolution 3x3x512 on ${size}x${size}`)
  }
  for (const inputs of [4_096, 4_608])
    assert.ok(worstProofGas(fullyConnected(inputs, 4_096), context) <= PROOF_GAS_CAP, `${inputs} inputs`)
})

test('refuses what would not fit a proof', () => {
  assert.ok(worstProofGas(fullyConnected(16_384, 1_000), context) > PROOF_GAS_CAP)
  const wide = conv({ size: 14, channels: 1_024, outputs: 1_024, kernel: 3, pad: 1 })
  assert.ok(worstProofGas(wide, context) > PROOF_GAS_CAP)
})

test('the registry holds the same constants', () => {
  const source = readFileSync(
    new URL('../../../contracts/registry/libraries/ProofBound.sol', import.meta.url),
    'utf8',
  )
  const declared = new Map(
    [...source.matchAll(/uint256 internal constant ([A-Z_]+) = ([\d_]+);/g)].map((match) => [
      match[1]!.replaceAll('_', '').toLowerCase(),
      Number(match[2]!.replaceAll('_', '')),
    ]),
  )
  assert.equal(declared.get('cap'), PROOF_GAS_CAP)
  declared.delete('cap')
  const own = Object.entries(PROOF_COST).map(([name, value]) => [name.toLowerCase(), value] as const)
  assert.deepEqual(declared, new Map(own))
})
