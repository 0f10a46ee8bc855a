import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokenBoundaries } from '../../scripts/lib/boundaries.ts'

const broken = (path: string, text: string) => brokenBoundaries([{ path, text }]).length

test('arrows between packages go one way', () => {
  assert.equal(broken('packages/dispute/src/a.ts', `import { x } from '@plumbline/ir'`), 0)
  assert.equal(broken('packages/dispute/src/a.ts', `import { x } from '@plumbline/chain'`), 1)
  assert.equal(broken('packages/ir/src/a.ts', `import {\n  x,\n  y,\n} from '@plumbline/ops'`), 1)
  assert.equal(broken('packages/ir/src/a.ts', `const m = await import('@plumbline/ops')`), 1)
  assert.equal(broken('packages/ir/src/a.ts', `export * from '../../ops/src/index.ts'`), 1)
  assert.equal(broken('packages/ir/src/deep/a.ts', `export * from '../b.ts'`), 0)
  assert.equal(broken('tasks/a.ts', `import { x } from '../packages/ir/src/index.ts'`), 1)
  assert.equal(broken('tasks/a.ts', `import { x } from '../scripts/demo.ts'`), 1)
})

test('contract folders import only what is below them', () => {
  assert.equal(broken('contracts/market/A.sol', `import {X} from "../staking/X.sol";`), 0)
  assert.equal(broken('contracts/staking/A.sol', `import {X} from "../market/X.sol";`), 1)
  assert.equal(broken('contracts/market/A.sol', `import {X} from "hardhat/console.sol";`), 1)
})
