import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'
import { protocol } from './protocol.ts'

/** The protocol on a local chain, with a token that anybody may mint; the deployer stays its administrator. */
export default buildModule('Local', (m) => protocol(m, m.contract('TestToken')))
