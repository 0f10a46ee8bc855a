import assert from 'node:assert/strict'
import { mkdir, mkdtemp, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getBlock, httpRpc } from '@plumbline/chain'
import type { Hash } from '@plumbline/ir'
import { hardhat, type Running, startChain } from '../../scripts/lib/processes.ts'
import { IMAGES, openTheatre, type Theatre } from './support/theatre.ts'

const DIGITS = 'models/digits/digits.onnx'

/** Runs a task that must fail: exit code 1, nothing on standard output, one line that starts with the code. */
async function expectRefused(
  code: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const result = await hardhat(args, env)
  const shown = `${args.join(' ')}\n${result.stdout}${result.stderr}`
  assert.equal(result.code, 1, shown)
  assert.equal(result.stdout.trim(), '', shown)
  assert.match(result.stderr, new RegExp(`^error ${code}: [^\\n]+\\n$`), shown)
}

describe('the command line and files that are no models', function () {
  this.timeout(120_000)
  let home: string
  let folder: string
  const compile = (code: string, ...args: readonly string[]): Promise<void> =>
    expectRefused(code, ['model', 'compile', ...args], { PLUMBLINE_HOME: home })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-bad-'))
    home = join(folder, 'home')
    await mkdir(home)
  })
  afterEach(async () => {
    assert.deepEqual(await readdir(home, { recursive: true }), [], 'nothing is written')
  })

  const file = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, bytes)
    return path
  }

  it('malformed, truncated, empty and missing files', async () => {
    const digits = await readFile(DIGITS)
    await compile('ONNX_MALFORMED', 'README.md')
    await compile('ONNX_MALFORMED', await file('half.onnx', digits.subarray(0, digits.byteLength / 2)))
    await compile('ONNX_MALFORMED', await file('empty.onnx', new Uint8Array()))
    await compile('ONNX_UNREADABLE', join(folder, 'missing.onnx'))
    await compile('ONNX_UNREADABLE', folder)
  })

  it('a file of more than 2 GB, which is not read', async () => {
    const path = join(folder, 'huge.onnx')
    const handle = await open(path, 'w')
    await handle.truncate(2.5 * 2 ** 30)
    await handle.close()
    await compile('ONNX_TOO_LARGE', path)
  })

  it('weights that are no numbers', async () => {
    const bytes = new Uint8Array(await readFile(DIGITS))
    // Twelve bytes of ones hold two whole floats however they are aligned: both are NaN.
    bytes.fill(0xff, bytes.byteLength / 2, bytes.byteLength / 2 + 12)
    await compile('WEIGHTS_NOT_FINITE', await file('nan.onnx', bytes))
  })

  it('options that make no sense', async () => {
    await compile('PREPROCESS_INVALID', DIGITS, '--preprocess', 'image:scale=0')
    await compile('PREPROCESS_INVALID', DIGITS, '--preprocess', 'picture:scale=1/255')
    await compile('OPTION_MALFORMED', DIGITS, '--preprocess', 'scale=1/255')
    await compile('OPTION_MALFORMED', DIGITS, '--shape', 'image=1x')
    await compile('OPTION_MALFORMED', DIGITS, '--range-rule', 'best')
    await compile('FILE_UNREADABLE', DIGITS, '--samples', join(folder, 'none'))
    await compile('SAMPLE_INVALID', DIGITS, '--samples', 'README.md')
    await compile('FILE_MALFORMED', DIGITS, '--recipe', 'README.md')
    await compile('RECIPE_INVALID', DIGITS, '--recipe', 'package.json')
  })
})

describe('the command line and requests that cannot be', function () {
  this.timeout(180_000)
  let theatre: Theatre
  let env: Readonly<Record<string, string>>
  let start: number
  const height = async (): Promise<number> => (await getBlock(theatre.stage.rpc, 'latest'))!.number
  const refused = (code: string, ...args: readonly string[]): Promise<void> =>
    expectRefused(code, [...args, '--network', 'localhost'], env)

  before(async () => {
    theatre = await openTheatre()
    env = { PLUMBLINE_HOME: theatre.stage.home, PLUMBLINE_RPC_URL: theatre.stage.url }
  })
  after(() => theatre.stage.close())
  beforeEach(async () => {
    start = await height()
  })
  afterEach(async () => {
    assert.equal(await height(), start, 'nothing is sent')
  })

  it('inputs of another length, number or kind', async () => {
    await refused('INPUT_LENGTH', 'job', 'request', '1', '--input', 'package.json')
    await refused('INPUT_COUNT', 'job', 'request', '1', '--input', `${IMAGES}#1,${IMAGES}#2`)
    await refused('INPUT_LENGTH', 'job', 'request', '1', '--values', '1,2,3')
    await refused('FILE_MALFORMED', 'job', 'request', '1', '--input', `${IMAGES}#10000`)
    await refused('FILE_UNREADABLE', 'job', 'request', '1', '--input', 'no-such-file')
    await refused('OPTION_MALFORMED', 'job', 'request', '1')
    await refused('OPTION_MALFORMED', 'job', 'request', '1', '--values', '1,x')
  })

  it('versions, jobs, accounts and amounts that do not exist', async () => {
    const picture = ['--input', `${IMAGES}#1`]
    const none = `0x${'12'.repeat(32)}`
    await refused('VERSION_UNKNOWN', 'job', 'request', '99', ...picture)
    await refused('AMOUNT_MALFORMED', 'job', 'request', '1', ...picture, '--price', 'ten')
    await refused('FUNDS_MISSING', 'job', 'request', '1', ...picture, '--account', '9')
    await refused('ACCOUNT_MISSING', 'job', 'request', '1', ...picture, '--account', '99')
    await refused('ACCOUNT_MALFORMED', 'job', 'request', '1', ...picture, '--account', 'me')
    await refused('JOB_UNKNOWN', 'job', 'show', none)
    await refused('ID_MALFORMED', 'job', 'show', '0x12')
    await refused('JOB_UNKNOWN', 'dispute', 'open', none)
    await refused('VERSION_UNKNOWN', 'model', 'fetch', '99')
    await refused('STAKE_LOCKED', 'operator', 'unstake')
    await refused('OPTION_MALFORMED', 'operator', 'run', '--role', 'judge')
  })

  it('models whose parts do not fit together', async () => {
    const models = join(theatre.stage.home, 'models')
    const [program] = (await readdir(models)).filter((name) => name.startsWith('0x')) as [Hash]
    const copy = async (change: (manifest: Record<string, unknown>) => void): Promise<string> => {
      const folder = await mkdtemp(join(tmpdir(), 'plumbline-model-'))
      const manifest = JSON.parse(await readFile(join(models, program, 'manifest.json'), 'utf8')) as Record<
        string,
        unknown
      >
      change(manifest)
      await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
      await mkdir(join(folder, 'constants'))
      for (const name of await readdir(join(models, program, 'constants')))
        await writeFile(
          join(folder, 'constants', name),
          await readFile(join(models, program, 'constants', name)),
        )
      return folder
    }
    const references = await copy((manifest) => {
      const [first] = manifest['macros'] as { inputs: number[] }[]
      first!.inputs = [77]
    })
    await refused('MACRO_REFERENCE', 'model', 'register', references)
    const constants = await copy(() => {})
    const [name] = await readdir(join(constants, 'constants'))
    await writeFile(join(constants, 'constants', name!), new Uint8Array(3))
    await refused('CONSTANT_WRONG', 'model', 'register', constants)
    await refused('MODEL_MISSING', 'model', 'register', tmpdir())
    await refused(
      'MANIFEST_MALFORMED',
      'model',
      'register',
      await copy((manifest) => delete manifest['macros']),
    )
  })
})

describe('faults', function () {
  this.timeout(60_000)
  let chain: { readonly url: string; readonly process: Running }

  before(async () => {
    chain = await startChain('--chain-id', '5')
  })
  after(() => chain.process.stop())

  it('are refused on any chain that is not a local one', async () => {
    assert.equal(Number(await httpRpc(chain.url).request({ method: 'eth_chainId' })), 5)
    for (const role of ['executor', 'challenger'])
      await expectRefused(
        'FAULT_REFUSED',
        ['operator', 'run', '--role', role, '--fault', '1', '--network', 'localhost'],
        { PLUMBLINE_RPC_URL: chain.url },
      )
  })
})
