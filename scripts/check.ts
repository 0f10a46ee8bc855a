// One static check: `node scripts/check.ts lint|format|types|boundaries|gas`.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { brokenBoundaries } from './lib/boundaries.ts'

const CHECKS: Readonly<Record<string, () => boolean>> = {
  lint: () =>
    every(
      ['oxlint', '--type-aware', '--deny-warnings', 'packages', 'scripts', 'tasks', 'deploy', 'test'],
      ['solhint', '--max-warnings', '0', 'contracts/**/*.sol'],
      ['knip', '--no-progress', '--no-config-hints'],
    ),
  format: () => every(['prettier', '--check', '.']),
  types: () => every(['hardhat', 'compile', '--quiet'], ['tsc', '--noEmit']),
  boundaries,
  // Update on purpose with: npx hardhat test solidity test/solidity/gas/*.t.sol --snapshot
  gas: () =>
    every([
      'hardhat',
      'test',
      'solidity',
      ...globSync('test/solidity/gas/*.t.sol'),
      '--snapshot-check',
      '--tolerance',
      '1',
    ]),
}

const name = process.argv[2] ?? ''
const check = CHECKS[name]
if (!check) throw new Error(`usage: check.ts ${Object.keys(CHECKS).join('|')}`)
process.exitCode = check() ? 0 : 1

function every(...commands: readonly (readonly string[])[]): boolean {
  const results = commands.map(([program, ...args]) => {
    const { status } = spawnSync(program!, args, { stdio: 'inherit', shell: process.platform === 'win32' })
    if (status !== 0) console.error(`${program}: failed`)
    return status === 0
  })
  return results.every(Boolean)
}

function boundaries(): boolean {
  const files = globSync('{packages/*/src,contracts,scripts,tasks,test,deploy/modules}/**/*.{ts,sol}')
  const broken = brokenBoundaries(
    files.map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') })),
  )
  for (const line of broken) console.error(line)
  console.log(`boundaries: ${files.length} files, ${broken.length} broken`)
  return files.length > 0 && broken.length === 0
}
