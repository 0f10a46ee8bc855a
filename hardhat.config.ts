import 'dotenv/config'
import { createRequire } from 'node:module'
import hardhatToolboxMochaEthers from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { configVariable, defineConfig } from 'hardhat/config'
import { tasks } from './tasks/index.ts'

const soljson = createRequire(import.meta.url).resolve('solc/soljson.js')

/** Cancun bytecode: transient storage and mcopy, and nothing that a chain of interest lacks. */
const compiler = (settings: { runs: number; viaIR: boolean }) => ({
  version: '0.8.37',
  path: soljson,
  settings: {
    evmVersion: 'cancun',
    viaIR: settings.viaIR,
    optimizer: { enabled: true, runs: settings.runs },
    metadata: { bytecodeHash: 'none' },
  },
})

/** Random sequences of 320 calls: 20,000 calls, 100,000 or 1,000,000 in all. */
const invariantRuns =
  { default: 64, full: 320, night: 3200 }[process.env.PLUMBLINE_TEST_LEVEL ?? 'default'] ?? 64

const moneyCompiler = compiler({ runs: 2_000, viaIR: true })

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers],
  tasks,
  solidity: {
    // Building for a chain compiles no tests; tests deploy what was built so.
    splitTestsCompilation: true,
    npmFilesToBuild: ['@openzeppelin/contracts/access/manager/AccessManager.sol'],
    profiles: {
      default: {
        compilers: [compiler({ runs: 200, viaIR: false })],
        overrides: {
          'contracts/verifier/StepVerifier.sol': compiler({ runs: 1_000_000, viaIR: true }),
          'contracts/registry/ProgramRegistry.sol': compiler({ runs: 1_000_000, viaIR: true }),
          'contracts/dispute/DisputeGame.sol': compiler({ runs: 800, viaIR: true }),
          'contracts/mocks/TrialGame.sol': compiler({ runs: 800, viaIR: true }),
          'contracts/market/JobMarket.sol': moneyCompiler,
          'contracts/staking/Staking.sol': moneyCompiler,
        },
      },
    },
  },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: '0x706c756d626c696e65' },
      invariant: { runs: invariantRuns, depth: 320, failOnRevert: false },
    },
  },
  paths: {
    sources: 'contracts',
    tests: { mocha: 'test', solidity: 'test/solidity' },
    ignition: 'deploy',
  },
  typechain: { outDir: 'types' },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'osaka' },
    // A local chain for separate processes. Its time follows the clock, however many transactions a second brings.
    node: { type: 'edr-simulated', chainType: 'l1', hardfork: 'osaka', allowBlocksWithSameTimestamp: true },
    localhost: {
      type: 'http',
      chainType: 'l1',
      url: process.env.PLUMBLINE_RPC_URL ?? 'http://127.0.0.1:8545',
    },
    ...(process.env.PLUMBLINE_PUBLIC_RPC_URL && {
      public: {
        type: 'http' as const,
        chainType: 'l1' as const,
        url: process.env.PLUMBLINE_PUBLIC_RPC_URL,
        accounts: [configVariable('PLUMBLINE_DEPLOYER_KEY')],
      },
    }),
  },
})
