import { addressOf } from '@plumbline/chain'
import { type Client, parseAmount, readItem, versionRecord, waitForJob } from '@plumbline/sdk'
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'
import { action } from './lib/action.ts'
import { openClient } from './lib/client.ts'
import { UsageError } from './lib/errors.ts'
import { facts } from './lib/text.ts'

interface Arguments {
  readonly json: boolean
  readonly account: string
  readonly versionId: number
  readonly digit: number
  readonly input: string
  readonly price: string
  readonly value: string
  readonly gate: string | undefined
  readonly wait: number
}

/** An application of one's own, in four calls: deploy, approve, knock, wait for the market's callback. */
export default action(async (args: Arguments, hre) => {
  const client = await openClient(hre, args)
  const visitor = client.address()
  const { ethers } = await hre.network.getOrCreate()
  const signer = await ethers.getSigner(visitor)
  const gate =
    args.gate === undefined
      ? await deployGate(hre, client, args)
      : await ethers.getContractAt('DigitGate', args.gate, signer)
  const address = await gate.getAddress()
  const [digit, price] = [Number(await gate.digit()), await gate.price()]
  await client.send({ contract: 'token', fn: 'approve', args: [address, price] })
  const picture = await readItem(args.input)
  if (!(picture instanceof Uint8Array))
    throw new UsageError('OPTION_MALFORMED', 'a picture is a file of bytes')
  const receipt = await (await gate.knock(picture)).wait()
  const knocked = receipt!.logs
    .map((log) => gate.interface.parseLog(log))
    .find((log) => log?.name === 'Knocked')
  const job = knocked!.args['id'] as `0x${string}`
  await waitForJob(client, job, ({ delivered }) => delivered === true, args.wait)
  const opened = await gate.isOpenTo(visitor)
  if (!opened) process.exitCode = 1
  return {
    json: { gate: address, job, visitor, digit, opened },
    text: facts([
      ['gate', `${address}, for pictures of a ${digit}`],
      ['job', job],
      ['visitor', visitor],
      [
        'verdict',
        opened ? 'the gate is open to this visitor' : 'this is another digit: the gate stays closed',
      ],
    ]),
  }
})

async function deployGate(hre: HardhatRuntimeEnvironment, client: Client, args: Arguments) {
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  const { ethers } = await hre.network.getOrCreate()
  const { program } = await versionRecord(client, args.versionId)
  const { chain } = client
  const signer = await ethers.getSigner(client.address())
  const gate = await ethers.deployContract(
    'DigitGate',
    [
      addressOf(chain, 'jobMarket'),
      addressOf(chain, 'token'),
      args.versionId,
      program,
      0,
      args.digit,
      parseAmount(args.price),
      parseAmount(args.value),
    ],
    signer,
  )
  return gate.waitForDeployment()
}
