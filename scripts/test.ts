// Runs the test suites of one depth: `node scripts/test.ts default|full|night [--only SUITE] [filter]`.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { parseArgs } from 'node:util'

type Level = 'default' | 'full' | 'night'
const LEVELS: readonly Level[] = ['default', 'full', 'night']

interface Suite {
  readonly name: string
  readonly command: (level: Level, filter: string) => readonly string[] | null
}

interface Outcome {
  readonly name: string
  readonly code: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
}

/** Test files of a level: those of folders named after a deeper level run only there. */
function files(patterns: readonly string[], level: Level, filter: string): readonly string[] {
  const deeper = LEVELS.slice(LEVELS.indexOf(level) + 1)
  return globSync([...patterns])
    .filter((file) => !deeper.some((name) => file.split(/[\\/]/).includes(name)) && file.includes(filter))
    .sort()
}

const command = (head: readonly string[], found: readonly string[]): readonly string[] | null =>
  found.length === 0 ? null : [...head, ...found]

const SUITES: readonly Suite[] = [
  {
    name: 'contracts (Solidity unit, fuzz, invariant)',
    command: (_, filter) => [
      'hardhat',
      'test',
      'solidity',
      ...(filter ? files(['test/solidity/**/*.t.sol'], 'night', filter) : []),
    ],
  },
  {
    name: 'flows (contracts from TypeScript)',
    command: (level, filter) =>
      command(
        ['hardhat', 'test', 'mocha'],
        files(['test/**/*.test.ts'], level, filter).filter((file) => !/^test[\\/]scripts[\\/]/.test(file)),
      ),
  },
  {
    name: 'packages and scripts',
    command: (level, filter) =>
      command(
        ['node', '--test', '--test-concurrency=2'],
        files(['packages/*/test/**/*.test.ts', 'test/scripts/**/*.test.ts'], level, filter),
      ),
  },
]

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } })
  const level = LEVELS.find((name) => name === positionals[0])
  if (!level) throw new Error(`usage: test.ts ${LEVELS.join('|')} [--only SUITE] [FILTER]`)
  const chosen = SUITES.filter((suite) => !values.only || suite.name.startsWith(values.only))
  const outcomes: Outcome[] = []
  for (const suite of chosen) {
    const words = suite.command(level, positionals[1] ?? '')
    if (words) outcomes.push(await runSuite(suite.name, words, level))
  }
  report(outcomes)
}

async function runSuite(name: string, words: readonly string[], level: Level): Promise<Outcome> {
  console.log(`\n== ${name}`)
  const started = performance.now()
  const [program, ...args] = words
  const child = spawn(program!, args, {
    env: { ...process.env, PLUMBLINE_TEST_LEVEL: level },
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text)
    output += text
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve(status ?? 1))
  })
  const count = (...patterns: readonly RegExp[]): number =>
    patterns
      .flatMap((pattern) => [...output.matchAll(pattern)])
      .reduce((total, match) => total + Number(match[1]), 0)
  return {
    name,
    code,
    passed: count(/^\s*(\d+) passing/gm, /^ℹ pass (\d+)$/gm, /^# pass (\d+)$/gm),
    failed: count(/^\s*(\d+) failing/gm, /^ℹ fail (\d+)$/gm, /^# fail (\d+)$/gm),
    skipped: count(/^\s*(\d+) (?:pending|skipped)/gm, /^ℹ skipped (\d+)$/gm, /^# skipped (\d+)$/gm),
    seconds: (performance.now() - started) / 1000,
  }
}

function report(outcomes: readonly Outcome[]): void {
  console.log('\n== summary')
  for (const o of outcomes)
    console.log(
      `${o.code === 0 ? 'ok  ' : 'FAIL'} ${o.name}: ${o.passed} passed, ${o.failed} failed, ${o.skipped} skipped, ${o.seconds.toFixed(0)} s`,
    )
  const sum = (pick: (o: Outcome) => number): number => outcomes.reduce((total, o) => total + pick(o), 0)
  console.log(
    `\n${sum((o) => o.passed)} passed, ${sum((o) => o.failed)} failed, ${sum((o) => o.skipped)} skipped`,
  )
  if (outcomes.length === 0 || outcomes.some((o) => o.code !== 0) || sum((o) => o.passed) === 0)
    process.exitCode = 1
}

await main()
