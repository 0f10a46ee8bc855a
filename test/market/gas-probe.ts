import { network } from 'hardhat'
import { readFileSync } from 'node:fs'

describe('gas probe', () => {
  it('measures', async () => {
    const { ethers, networkHelpers } = await network.create()
    const [admin, requester, operator, owner, modelOwner] = await ethers.getSigners()
    const token = await ethers.deployContract('TestToken')
    const staking = await ethers.deployContract('Staking', [token, 30 * 86400])
    const authority = await ethers.deployContract('AccessManager', [admin])
    const catalogue = await ethers.deployContract('MockCatalogue')
    const judge = await ethers.deployContract('FakeJudge')
    const program = ethers.zeroPadValue('0x07', 32)
    await catalogue.set(
      { program, model: 1, royaltyBasisPoints: 500, deprecated: false, manifestHash: ethers.id('m'), clocks: { window: 3600, executorBudget: 3600, challengerBudget: 3600, extension: 600 } },
      { stepsRoot: ethers.id('s'), stepCount: 20, inputCount: 1, outputCount: 1, rounds: 4, executorGas: 1e6, challengerGas: 1.2e6, inputBytes: 784, outputBytes: 40, outputSteps: 19 },
      modelOwner,
    )
    const unit = 10n ** 18n
    const market = await ethers.deployContract('JobMarket', [staking, catalogue, catalogue, authority,
      { judge, rewardCap: 100n * unit, collateralFloor: 10n * unit, gasFloor: 10n ** 9n, collateralBasisPoints: 50000, noShowBasisPoints: 5000 }])
    await judge.serve(market)
    await token.mint(requester, 10000n * unit)
    await token.mint(owner, 10000n * unit)
    await token.connect(requester).approve(market, ethers.MaxUint256)
    await token.connect(owner).approve(staking, ethers.MaxUint256)
    await market.connect(requester).deposit(requester, 1000n * unit)
    await market.connect(requester).deposit(owner, 1n)
    await market.connect(requester).deposit(modelOwner, 1n)
    await market.depositCoins(operator, { value: 10n ** 18n })
    await staking.connect(owner).stake(owner, 1000n * unit)
    await staking.connect(owner).setOperator(operator, true)
    await staking.connect(owner).setMarket(market, true)
    await staking.connect(owner).setExposureLimit(10000n * unit)
    const run = async (input: Uint8Array, salt: string) => {
      const now = await networkHelpers.time.latest()
      const terms = { version: 1, program, minPrice: unit, maxPrice: 3n * unit, rampSeconds: 1000, claimDeadline: now + 86400, postSeconds: 600, value: 0, callbackGas: 0, parameters: 0, salt: ethers.id(salt) }
      const gas: Record<string, bigint> = {}
      const go = async (name: string, p: Promise<any>) => { const r = await (await p).wait(); gas[name] = r.gasUsed
      if (salt === 'random') {
        const t = await ethers.provider.send('debug_traceTransaction', [r.hash, { disableMemory: true, disableStack: true, disableStorage: true }])
        const sums = new Map<string, [number, number]>()
        for (const l of t.structLogs) { const k = l.op; const c = l.gasCost > 1e6 ? 0 : l.gasCost; const e = sums.get(k) ?? [0, 0]; if (!/CALL$/.test(l.op)) sums.set(k, [e[0] + c, e[1] + 1]); else sums.set(k, [e[0], e[1] + 1]) }
        console.log(name, [...sums].sort((a, b) => b[1][0] - a[1][0]).slice(0, 14).map(([k, v]) => k + ':' + v.join('/')).join(' '))
      }
      return r }
      const r = await go('request', market.connect(requester).request(terms, input))
      const log = r.logs.map((l: any) => market.interface.parseLog(l)).find((l: any) => l?.name === 'Requested')
      const ticket = { requester: requester.address, terms, inputRoot: log.args.inputRoot }
      const id = log.args.id
      await networkHelpers.time.increase(100)
      await go('claim', market.connect(operator).claim(ticket, 0, owner, ethers.ZeroAddress))
      await go('post', market.connect(operator).post(id, 0, ethers.randomBytes(40)))
      await networkHelpers.time.increase(4000)
      await go('finalize', market.finalize(ticket))
      console.log(salt, gas, Object.values(gas).reduce((a, b) => a + b))
    }
    await run(ethers.randomBytes(784), 'first')
    await run(ethers.randomBytes(784), 'random')
    const sparse = new Uint8Array(784); for (let i = 0; i < 784; i += 1) if (i % 6 === 0) sparse[i] = 1 + (i % 250)
    await run(sparse, 'sparse')
  })
})
