import assert from 'node:assert/strict'
import { ROOT } from '@plumbline/commitments'
import { pickMove } from '@plumbline/dispute'
import type { Hash } from '@plumbline/ir'
import { CLOCKS, type Court, GAS_FLOOR, idOf, latest, on, openCourt, type Signer } from './support/court.ts'
import { everyKind, longTrace, wideTensor } from './support/programs.ts'
import { bringToProof, refused, setStage, STATE, type Stage } from './support/stage.ts'

const FAULT = '5:123'
const UNIT = 10n ** 18n
/** Of the tests' market: five times the price of one token, but at least ten. */
const COLLATERAL = 10n * UNIT

describe('how disputes end', function () {
  this.timeout(600_000)
  let court: Court

  before(async () => {
    court = await openCourt()
  })

  const coinsOf = async (account: Signer): Promise<bigint> =>
    ((await court.market.getFunction('balanceOf')(account)) as { coins: bigint }).coins
  const rewardOf = async (account: Signer): Promise<bigint> =>
    (await court.staking.getFunction('creditOf')(account)) as bigint
  const stakedOf = async (): Promise<bigint> =>
    ((await court.staking.getFunction('account')(court.owner)) as { staked: bigint }).staked
  const game = async <T>(method: string, ...args: readonly unknown[]): Promise<T> =>
    (await court.game.getFunction(method)(...args)) as T
  const finalize = async (stage: Stage): Promise<bigint> => {
    const response = await on(court.market, stage.other)('finalize')(stage.matter.ticket)
    return (await response.wait()).gasUsed as bigint
  }
  const phaseOf = async (stage: Stage): Promise<number> =>
    Number((await court.market.getFunction('job')(stage.matter.job)).phase)
  const bondOf = async (id: Hash): Promise<bigint> => (await game<{ bond: bigint }>('challengeOf', id)).bond

  describe('the turn follows from the openings of the result (property 16)', () => {
    it('one commit hands the turn over in every challenge', async () => {
      const stage = await setStage(court, everyKind(), FAULT)
      const ids = [await stage.challenge(), await stage.challenge(stage.other), await stage.challenge()]
      await stage.move(court.executor, await stage.answer())
      for (const id of ids) assert.equal((await stage.state(id)).state, STATE.challengerMove)
      // One that comes later starts where the trace is open.
      assert.equal((await stage.state(await stage.challenge())).state, STATE.challengerMove)
    })

    it('an opening made through an accomplice leaves no other clock running', async () => {
      const stage = await setStage(court, wideTensor(), '0:40000')
      const [mine, theirs] = [await stage.challenge(), await stage.challenge(stage.other)]
      await stage.move(court.executor, await stage.answer())
      await stage.move(stage.challenger, await stage.descent(mine))
      await stage.move(stage.other, await stage.descent(theirs))
      const open = await stage.answer()
      await stage.move(court.executor, { ...open, via: theirs } as typeof open)
      for (const id of [mine, theirs]) assert.equal((await stage.state(id)).state, STATE.challengerMove)
      await refused(stage.call(stage.challenger, 'timeout', mine), 'WrongState')
      // The accomplice's openings let the other go down several groups in one pick.
      await stage.move(stage.other, await stage.descent(theirs))
      await stage.move(court.executor, await stage.answer())
      const pick = await stage.descent(theirs)
      assert.equal(pick, undefined)
      await stage.move(stage.challenger, await stage.proof())
      assert.ok((await game<{ defeated: boolean }>('resultOf', stage.matter.result)).defeated)
    })

    it('an opening that comes too late for one challenge and in time for another loses the one', async () => {
      const stage = await setStage(court, everyKind())
      const early = await stage.challenge()
      const { deadline } = await stage.state(early)
      await stage.at((await latest(court)) + 100)
      const late = await stage.challenge(stage.other)
      await stage.at(deadline + 1)
      await stage.move(court.executor, { ...(await stage.answer()), via: late } as Awaited<
        ReturnType<Stage['answer']>
      >)
      assert.equal((await stage.state(early)).state, STATE.executorLost)
      assert.equal((await stage.state(late)).state, STATE.challengerMove)
    })
  })

  it('a pick goes down as many groups as are open', async () => {
    const stage = await setStage(court, longTrace(), '3:5')
    const first = await stage.challenge()
    await bringToProof(stage, first)
    const second = await stage.challenge(stage.other)
    const { view } = stage
    const lead = [...(await view()).openings.keys()].at(-1)!
    const firstPosition = (await view()).challenges[0]!.position
    assert.equal(firstPosition, lead)
    await stage.move(stage.other, pickMove(await view(), (await view()).challenges[1]!, lead))
    assert.equal((await stage.state(second)).state, STATE.challengerMove)
    assert.equal((await view()).challenges[1]!.position, lead)
  })

  describe('defeat', () => {
    it('rewards the earliest live challenge and refunds every other, not the lost ones (9, 27, 29, 30, 32)', async () => {
      const stage = await setStage(court, everyKind(), FAULT)
      const [a, b, c] = [court.others[5]!, court.others[6]!, court.others[7]!]
      const ids = [await stage.challenge(a), await stage.challenge(b), await stage.challenge(c)]
      await stage.move(court.executor, await stage.answer())
      // The first withdraws: its bond is lost, the second is now the earliest.
      const burned = await game<bigint>('burned')
      const credit = await game<bigint>('creditOf', court.executor)
      const { executorMeter } = await game<{ executorMeter: bigint }>('challengeOf', ids[0])
      assert.ok(executorMeter > 0n, 'the commit was charged to the first')
      await stage.call(a, 'withdraw', ids[0], ROOT)
      const paid = (await game<bigint>('creditOf', court.executor)) - credit
      assert.equal(paid, executorMeter * GAS_FLOOR)
      assert.equal((await game<bigint>('burned')) - burned, (await bondOf(ids[0]!)) - paid)

      const staked = await stakedOf()
      const rewards = await Promise.all([a, b, c].map(rewardOf))
      const coins = await Promise.all([a, b, c, stage.challenger].map(coinsOf))
      const challengerMeter = (await game<{ challengerMeter: bigint }>('challengeOf', ids[1])).challengerMeter
      const down = { ...stage, challenger: b }
      await bringToProof(down, ids[1]!)
      const meter = (await game<{ challengerMeter: bigint }>('challengeOf', ids[1])).challengerMeter
      assert.ok(meter > challengerMeter)
      // A stranger proves: it is paid its gas, the challenger its reward.
      await stage.move(stage.challenger, await stage.proof())
      assert.equal(staked - (await stakedOf()), COLLATERAL)
      const after = await Promise.all([a, b, c].map(rewardOf))
      assert.equal(after[0], rewards[0])
      assert.ok(after[1]! > rewards[1]! && after[1]! - rewards[1]! <= COLLATERAL / 2n)
      assert.equal(after[2], rewards[2])
      const coinsAfter = await Promise.all([a, b, c, stage.challenger].map(coinsOf))
      assert.equal(coinsAfter[0], coins[0])
      assert.equal(coinsAfter[1]! - coins[1]!, meter * GAS_FLOOR)
      assert.equal(coinsAfter[2], coins[2])
      assert.ok(coinsAfter[3]! > coins[3]!)

      await refused(stage.call(stage.other, 'settle', ids[0]), 'WrongState')
      for (const [id, owner] of [
        [ids[1]!, b],
        [ids[2]!, c],
      ] as const) {
        const bond = await bondOf(id)
        const before = await court.ethers.provider.getBalance(owner)
        await stage.call(stage.other, 'settle', id)
        assert.equal((await court.ethers.provider.getBalance(owner)) - before, bond)
        await refused(stage.call(stage.other, 'settle', id), 'WrongState')
      }
      // Nothing moves any more (21), and there is no second slash (27).
      await refused(stage.challenge(), 'WrongPhase')
      await refused(stage.call(stage.other, 'timeout', ids[1]), 'WrongState')
      await refused(stage.call(stage.other, 'expire', ids[1]), 'WrongState')
    })

    it('costs the same with thirty challenges, and proves once (35)', async () => {
      const gas: bigint[] = []
      for (const count of [2, 30]) {
        const stage = await setStage(court, everyKind(), FAULT)
        const first = await stage.challenge()
        for (let i = 1; i < count; i++) await stage.challenge(court.others[i % 10])
        await bringToProof(stage, first)
        const proof = await stage.proof()
        gas.push(await stage.move(stage.challenger, proof))
        await refused(stage.move(stage.challenger, proof), 'AlreadyDefeated')
      }
      assert.ok(gas[1]! < gas[0]! + 1_000n, gas.join())
    })

    it('by proof is open to anybody until the end, with no challenge left: the reward burns', async () => {
      const stage = await setStage(court, everyKind(), FAULT)
      const id = await stage.challenge()
      await bringToProof(stage, id)
      const proof = await stage.proof()
      await stage.call(stage.challenger, 'withdraw', id, (await stage.view()).challenges[0]!.position)
      const reward = await rewardOf(stage.challenger)
      await stage.move(stage.other, proof)
      assert.ok((await game<{ defeated: boolean }>('resultOf', stage.matter.result)).defeated)
      assert.equal(await rewardOf(stage.challenger), reward)
    })

    it('reopens the job, whose next answer is another result', async () => {
      const stage = await setStage(court, everyKind(), FAULT)
      const id = await stage.challenge()
      await bringToProof(stage, id)
      await stage.move(stage.challenger, await stage.proof())
      const job = await court.market.getFunction('job')(stage.matter.job)
      assert.equal(Number(job.phase), 1)
      assert.equal(Number(job.attempt), 1)
      assert.notEqual(await court.market.getFunction('resultId')(stage.matter.job, 1), stage.matter.result)
    })
  })

  describe('a result that stands', () => {
    it('is final after the window when every challenge has ended, not before (property 20)', async () => {
      const stage = await setStage(court, everyKind())
      const id = await stage.challenge()
      await stage.move(court.executor, await stage.answer())
      await stage.at(stage.matter.windowEnd + 1)
      await refused(finalize(stage), 'RulingPending')
      await stage.call(stage.other, 'expire', id)
      await finalize(stage)
      assert.equal(await phaseOf(stage), 4)
      assert.equal(await game('creditOf', stage.other), 0n)
      // Nothing moves after the end (21).
      await refused(stage.challenge(), 'WrongPhase')
      await refused(stage.call(stage.other, 'settle', id), 'WrongState')
    })

    it('is final at the hard end whatever is live, at once however much that is (20, 35)', async () => {
      const gas: bigint[] = []
      for (const count of [1, 25]) {
        const stage = await setStage(court, everyKind())
        const ids: Hash[] = []
        for (let i = 0; i < count; i++) ids.push(await stage.challenge(court.others[i % 10]))
        await stage.move(court.executor, await stage.answer())
        const hardEnd = Number(await game('hardEndOf', stage.matter.job))
        await stage.at(hardEnd)
        await refused(finalize(stage), 'RulingPending')
        await stage.at(hardEnd + 1)
        gas.push(await finalize(stage))
        assert.equal(await phaseOf(stage), 4)
        // What was lost is settled by its state: the executor is paid, the rest burns.
        const [burned, credit] = [
          await game<bigint>('burned'),
          await game<bigint>('creditOf', court.executor),
        ]
        const bond = await bondOf(ids[0]!)
        await stage.call(stage.other, 'settle', ids[0])
        const paid = (await game<bigint>('creditOf', court.executor)) - credit
        assert.ok(paid > 0n)
        assert.equal((await game<bigint>('burned')) - burned, bond - paid)
        await refused(stage.call(stage.other, 'settle', ids[0]), 'WrongState')
        await refused(stage.call(stage.other, 'expire', ids[0]), 'WrongState')
      }
      assert.ok(gas[1]! < gas[0]! + 1_000n, gas.join())
    })

    it('falls at the hard end when nobody ever committed a trace', async () => {
      const stage = await setStage(court, everyKind(), `${FAULT}@0`)
      await stage.challenge()
      const staked = await stakedOf()
      await stage.at(Number(await game('hardEndOf', stage.matter.job)) + 1)
      await finalize(stage)
      assert.equal(await phaseOf(stage), 1)
      assert.equal(staked - (await stakedOf()), COLLATERAL)
      const before = await court.ethers.provider.getBalance(stage.challenger)
      const bond = await bondOf(idOf(stage.matter.result, 1))
      await stage.call(stage.other, 'settle', idOf(stage.matter.result, 1))
      assert.equal((await court.ethers.provider.getBalance(stage.challenger)) - before, bond)
    })

    it('refunds at the hard end a challenge that nobody claimed for', async () => {
      const stage = await setStage(court, everyKind(), `${FAULT}@1`)
      const id = await stage.challenge()
      await stage.move(court.executor, await stage.answer())
      await stage.move(stage.challenger, await stage.descent(id))
      await stage.at(Number(await game('hardEndOf', stage.matter.job)) + 1)
      await finalize(stage)
      assert.equal(await phaseOf(stage), 4)
      const before = await court.ethers.provider.getBalance(stage.challenger)
      const bond = await bondOf(id)
      await stage.call(stage.other, 'settle', id)
      assert.equal((await court.ethers.provider.getBalance(stage.challenger)) - before, bond)
    })
  })

  it('no challenge outlasts its window by more than the span (property 20)', async () => {
    const stage = await setStage(court, longTrace())
    await stage.at(stage.matter.windowEnd)
    const id = await stage.challenge()
    // Both sides move at the last second, as long as there is a way down.
    for (let child = 0; ;) {
      const { state, deadline } = await stage.state(id)
      await stage.at(deadline)
      if (state === STATE.executorMove) await stage.move(court.executor, await stage.answer())
      else {
        const { openings, challenges } = await stage.view()
        if (openings.get(challenges[0]!.position)!.bytes) break
        await stage.move(stage.challenger, await stage.descent(id, child))
      }
    }
    const { deadline } = await stage.state(id)
    const hardEnd = Number(await game('hardEndOf', stage.matter.job))
    assert.ok(deadline <= hardEnd - 2 * CLOCKS.extension, `${deadline} and ${hardEnd}`)
    await stage.at(deadline + 1)
    await stage.call(stage.other, 'expire', id)
  })

  it('a receiver that refuses coin keeps only itself from being paid (property 31)', async () => {
    const stage = await setStage(court, everyKind(), FAULT)
    const grudge = await court.ethers.deployContract('Grudge')
    const [id] = [await stage.challenge()]
    const value = await bondOf(id)
    await on(grudge, stage.other)('challenge')(court.game, stage.matter.job, 0, stage.matter.outputRoot, {
      value,
    })
    const theirs = idOf(stage.matter.result, 2)
    await bringToProof(stage, id)
    await stage.move(stage.challenger, await stage.proof())
    await refused(stage.call(stage.other, 'settle', theirs), 'NotSent')
    await stage.call(stage.other, 'settle', id)
  })

  it('the coin held is the live bonds, the credits and what burned (property 23)', async () => {
    const held = await court.ethers.provider.getBalance(court.game)
    const owed = (await game<bigint>('creditOf', court.executor)) + (await game<bigint>('burned'))
    let live = 0n
    for (const log of await court.game.queryFilter('*', 0)) {
      const parsed = court.game.interface.parseLog(log)
      if (parsed?.name !== 'Challenged') continue
      const { bond, ended } = await game<{ bond: bigint; ended: boolean }>(
        'challengeOf',
        parsed.args.challenge,
      )
      if (!ended) live += bond
    }
    assert.equal(held, owed + live)
    const before = await court.ethers.provider.getBalance(court.executor)
    const credit = await game<bigint>('creditOf', court.executor)
    const response = await on(court.game, court.others[0]!)('collect')(court.executor)
    await response.wait()
    assert.equal((await court.ethers.provider.getBalance(court.executor)) - before, credit)
    assert.equal(await game('creditOf', court.executor), 0n)
  })
})
