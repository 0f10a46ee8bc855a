import type { StakeState } from '@plumbline/sdk'
import type { Report } from './action.ts'
import { coins, facts, time, tokens } from './text.ts'

export const stakeReport = (state: StakeState): Report => ({
  json: state,
  text: facts([
    ['account', state.owner],
    ['staked', tokens(state.staked)],
    ['locked', tokens(state.locked)],
    ['free for new jobs', tokens(state.free)],
    ['exposure limit', tokens(state.exposureLimit)],
    ['thawing', `${tokens(state.thawing)}${state.thawing > 0n ? ` until ${time(state.thawedAt)}` : ''}`],
    ['tokens held', tokens(state.balances.tokens)],
    ['coins held', coins(state.balances.coins)],
    ['in the market', `${tokens(state.balances.marketTokens)}, ${coins(state.balances.marketCoins)}`],
    ['from slashes', tokens(state.balances.stakingCredit)],
    ['from disputes', coins(state.balances.disputeCredit)],
  ]),
})
