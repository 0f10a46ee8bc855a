import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type InterfaceAbi, Interface } from 'ethers'

/** Compiled contract behind each name of `packages/chain`'s `abi`. */
const SOURCES: Readonly<Record<string, string>> = {
  token: 'TestToken',
  accessManager: 'AccessManager',
  programRegistry: 'ProgramRegistry',
  modelRegistry: 'ModelRegistry',
  staking: 'Staking',
  stepVerifier: 'StepVerifier',
  jobMarket: 'JobMarket',
  disputeGame: 'DisputeGame',
}

/** The text of `packages/chain/src/abi.ts`, from what the compiler wrote into `artifacts/`. */
export function abiModule(artifacts: string): string {
  const files = globSync(`${artifacts}/**/*.json`).sort()
  const entries = Object.entries(SOURCES).map(([name, contract]) => {
    const file = files.find((path) => basename(path) === `${contract}.json`)
    if (!file) throw new Error(`${artifacts} has no ${contract}: run \`npx hardhat build\` first`)
    const { abi } = JSON.parse(readFileSync(file, 'utf8')) as { abi: InterfaceAbi }
    const items = new Interface(abi)
      .format(false)
      .filter((item) => /^(function|event|error) /.test(item))
      .map((item) => `    ${quote(item)},\n`)
    return `  ${name}: [\n${items.join('')}  ],\n`
  })
  return `// Written by \`node scripts/abi.ts\` from the compiled contracts; a test compares the two.\n// prettier-ignore\nexport const abi = {\n${entries.join('')}} as const\n`
}

const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`
