import type { buildModule } from '@nomicfoundation/hardhat-ignition/modules'

type Builder = Parameters<Parameters<typeof buildModule>[1]>[0]
type Contract = Parameters<Builder['call']>[0]

/** Every contract of the protocol but the token, wired. The deployer administers until it hands over. */
export function protocol(m: Builder, token: Contract) {
  const accessManager = m.contract('AccessManager', [m.getAccount(0)])
  const programRegistry = m.contract('ProgramRegistry')
  const modelRegistry = m.contract('ModelRegistry', [
    accessManager,
    programRegistry,
    m.getParameter('longestSpan'),
    {
      minWindow: m.getParameter('minWindow'),
      minBudget: m.getParameter('minBudget'),
      minExtension: m.getParameter('minExtension'),
    },
  ])
  const staking = m.contract('Staking', [token, m.getParameter('thawSeconds')])
  const stepVerifier = m.contract('StepVerifier')
  const jobMarket = m.contract('JobMarket', [
    staking,
    modelRegistry,
    programRegistry,
    accessManager,
    {
      // The game needs the market's address: the market learns the game's below.
      judge: '0x0000000000000000000000000000000000000000',
      rewardCap: m.getParameter('rewardCap'),
      collateralFloor: m.getParameter('collateralFloor'),
      gasFloor: m.getParameter('gasFloor'),
      collateralBasisPoints: m.getParameter('collateralBasisPoints'),
      noShowBasisPoints: m.getParameter('noShowBasisPoints'),
    },
  ])
  const disputeGame = m.contract('DisputeGame', [jobMarket, modelRegistry, programRegistry, stepVerifier])
  m.call(jobMarket, 'setJudge', [disputeGame])
  return {
    token,
    accessManager,
    programRegistry,
    modelRegistry,
    staking,
    stepVerifier,
    jobMarket,
    disputeGame,
  }
}
