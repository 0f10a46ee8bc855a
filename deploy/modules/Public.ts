import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'
import { protocol } from './protocol.ts'

const ADMIN_ROLE = 0n

/** The protocol over an existing token; administration goes to another account, whose acts then wait out a delay. */
export default buildModule('Public', (m) => {
  const contracts = protocol(m, m.contractAt('TestToken', m.getParameter<string>('token')))
  const { accessManager } = contracts
  const handOver = m.call(
    accessManager,
    'grantRole',
    [ADMIN_ROLE, m.getParameter('admin'), m.getParameter('adminDelaySeconds')],
    { after: Object.values(contracts) },
  )
  m.call(accessManager, 'renounceRole', [ADMIN_ROLE, m.getAccount(0)], { after: [handOver] })
  return contracts
})
