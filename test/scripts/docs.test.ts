import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { tasks } from '../../tasks/index.ts'

/** Hardhat's own. */
const BUILT_IN = ['node', 'keystore', 'ignition']

interface Compiler {
  readonly compile: (
    input: string,
    callbacks: { readonly import: (path: string) => { contents: string } | { error: string } },
  ) => string
}
const solc = createRequire(import.meta.url)('solc') as Compiler

const pages = ['README.md', ...globSync('docs/*.md')].filter((file) => existsSync(file))
const blocks = (language: string): readonly { readonly page: string; readonly text: string }[] =>
  pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(
      ([, text]) => ({ page, text: text! }),
    ),
  )

test('contracts shown in the documents compile where the documents place them', () => {
  const shown = blocks('solidity').filter(({ text }) => text.includes('pragma solidity'))
  assert.ok(shown.length > 0)
  const sources = Object.fromEntries(
    shown.map(({ page, text }, i) => [
      `contracts/consumers/${page.replaceAll('/', '-')}-${i}.sol`,
      { content: text },
    ]),
  )
  // Without code: only types are checked, which takes a second instead of a minute.
  const settings = { evmVersion: 'cancun', outputSelection: { '*': { '*': ['abi'] } } }
  const output = JSON.parse(
    solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }), { import: find }),
  ) as { readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[] }
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  assert.deepEqual(
    errors.map((error) => error.formattedMessage),
    [],
  )
})

test('npm scripts named in the documents exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const named = blocks('sh').flatMap(({ page, text }) =>
    [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => ({ page, name: name! })),
  )
  assert.ok(named.length > 0)
  for (const { page, name } of named) assert.ok(scripts[name], `${page}: npm run ${name}`)
})

test('Hardhat tasks named in the documents exist and take the options shown', () => {
  const groups = new Set(tasks.filter(({ id }) => id.length > 1).map(({ id }) => id[0]))
  const known = new Map(
    tasks
      .filter(({ id }) => id.length > 1 || !groups.has(id[0]))
      .map(({ id, ...task }) => [id.join(' '), 'options' in task ? task.options : {}]),
  )
  const commands = blocks('sh').flatMap(({ page, text }) =>
    [...text.matchAll(/^npx hardhat (.+?)(?:\s+#.*)?$/gm)].map(([, command]) => ({
      page,
      command: command!,
    })),
  )
  assert.ok(commands.length > 0)
  for (const { page, command } of commands) {
    const words = command.replace(/^--network \S+ /, '').split(/\s+/)
    const task = [2, 1].map((n) => words.slice(0, n).join(' ')).find((name) => known.has(name))
    if (!task && BUILT_IN.includes(words[0]!)) continue
    assert.ok(task, `${page}: npx hardhat ${command}`)
    const options = Object.keys(known.get(task) ?? {}).map((name) =>
      name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    )
    for (const [, option] of command.matchAll(/--([\w-]+)/g))
      assert.ok([...options, 'network', 'help'].includes(option!), `${page}: ${task} --${option}`)
  }
})

function find(path: string): { contents: string } | { error: string } {
  const file = existsSync(path) ? path : join('node_modules', path)
  return existsSync(file) ? { contents: readFileSync(file, 'utf8') } : { error: 'no such file' }
}
