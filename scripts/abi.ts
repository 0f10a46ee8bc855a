// Writes the contracts' ABIs into packages/chain: `npx hardhat build && node scripts/abi.ts`.
import { writeFileSync } from 'node:fs'
import { abiModule } from './lib/abi.ts'

writeFileSync('packages/chain/src/abi.ts', abiModule('artifacts'))
