import assert from 'node:assert/strict'
import type { Constants, Program } from '@plumbline/ir'
import { runCompiled, runReference } from '../../src/index.ts'

interface Runnable {
  readonly program: Program
  readonly constants: Constants
  readonly inputs: readonly Uint8Array[]
}

/** Every byte of every step, by the definition and compiled. */
export async function compareRuns({ program, constants, inputs }: Runnable, where: string): Promise<void> {
  const expected = runReference(program, constants, inputs)
  const actual = await runCompiled(program, constants, inputs)
  for (const [i, bytes] of expected.entries())
    assert.equal(
      Buffer.compare(actual[i]!, bytes),
      0,
      `step ${i} of ${where}: ${JSON.stringify(program.steps[i])}`,
    )
}
