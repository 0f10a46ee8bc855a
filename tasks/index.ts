import { emptyTask, task } from 'hardhat/config'
import { ArgumentType } from 'hardhat/types/arguments'
import type { TaskDefinition } from 'hardhat/types/tasks'

/** What several tasks take, said once. */
const JSON_FLAG = { name: 'json', description: 'Print JSON instead of text' } as const
const ACCOUNT = {
  name: 'account',
  description: 'Account that signs: its index among the network’s accounts, or its address',
  type: ArgumentType.STRING,
  defaultValue: '0',
} as const
const STORE = {
  name: 'store',
  description: 'Blob store besides this user’s own: a folder, or the URL of a `blob serve`',
  type: ArgumentType.STRING_WITHOUT_DEFAULT,
  defaultValue: undefined,
} as const
const JOB_ID = { name: 'id', description: 'Id of the job: 0x and 64 hex digits' } as const
const VERSION = {
  name: 'versionId',
  description: 'Number of the model version',
  type: ArgumentType.INT,
} as const
const MODEL = { name: 'model', description: 'Folder of a compiled model, or its program root' } as const

const optional = <Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const
const integer = <Name extends string>(name: Name, description: string, defaultValue: number) =>
  ({ name, description, type: ArgumentType.INT, defaultValue }) as const
const text = <Name extends string>(name: Name, description: string, defaultValue: string) =>
  ({ name, description, type: ArgumentType.STRING, defaultValue }) as const

const declare = (id: string, description: string) => task(id.split(' '), description).addFlag(JSON_FLAG)

export const tasks: TaskDefinition[] = [
  emptyTask('model', 'Models: compile, register, publish, verify').build(),
  emptyTask('operator', 'Stake, and run executors and challengers').build(),
  emptyTask('job', 'Inference jobs: request, watch, settle').build(),
  emptyTask('dispute', 'Disputes about results').build(),
  emptyTask('consumer', 'Example applications').build(),
  emptyTask('blob', 'The content-addressed blob store').build(),

  declare('model compile', 'Compile an ONNX file into an integer program and print its accuracy')
    .addPositionalArgument({ name: 'onnx', description: 'The ONNX file' })
    .addOption(optional('out', 'Folder to write; default: this user’s models, under the program root'))
    .addOption(optional('name', 'Name of the model; default: the file’s'))
    .addOption(optional('labels', 'Class names, separated by commas'))
    .addOption(optional('samples', 'IDX file, or folder, of inputs to calibrate on'))
    .addOption(optional('sampleLabels', 'IDX file of their classes'))
    .addOption(optional('testSamples', 'The same, to measure accuracy on; default: 3 of 4 samples'))
    .addOption(optional('testLabels', 'IDX file of their classes'))
    .addOption(integer('sampleLimit', 'Most samples to calibrate on', 1_000))
    .addOption(integer('testLimit', 'Most samples to measure accuracy on', 10_000))
    .addOption(optional('preprocess', 'Raw byte inputs: INPUT:scale=1/255,mean=a:b:c,std=a:b:c,order=bgr;…'))
    .addOption(optional('shape', 'Shapes that the file leaves open: INPUT=1x3x224x224;…'))
    .addOption(optional('recipe', 'Compile exactly as another time: file of a recipe or manifest'))
    .addOption(optional('rangeRule', 'How ranges are picked: mse (default), minmax or p99.99'))
    .addOption(
      optional('precision', 'fast (8 bits), balanced (16 where the loss asks for it; default) or high'),
    )
    .addOption(optional('maxLoss', 'Share of the outputs that their error may be, for balanced: as 0.03'))
    .setAction(() => import('./model-compile.ts'))
    .build(),
  declare('model register', 'Have the chain check a compiled model, and publish a version of it')
    .addPositionalArgument(MODEL)
    .addOption(ACCOUNT)
    .addOption(integer('modelId', 'Existing model to add the version to; 0 makes a new one', 0))
    .addOption(text('uri', 'URL of the blob store where others can fetch it', ''))
    .addOption(integer('royalty', 'The owner’s share of every price, basis points (1/10,000)', 0))
    .addOption(integer('window', 'Time to challenge a result, seconds', 20))
    .addOption(integer('executorBudget', 'Time of the executor in a dispute, seconds', 20))
    .addOption(integer('challengerBudget', 'Time of the challenger in a dispute, seconds', 20))
    .addOption(integer('extension', 'Least time for a move, seconds', 5))
    .setAction(() => import('./model-register.ts'))
    .build(),
  declare('model list', 'List the registered model versions')
    .setAction(() => import('./model-list.ts'))
    .build(),
  declare('model publish', 'Put manifest, constants and source of a compiled model into a blob store')
    .addPositionalArgument(MODEL)
    .addOption(optional('to', 'Folder or URL of the store; default: this user’s own'))
    .addOption(optional('onnx', 'The source ONNX file; default: the one kept when it was compiled'))
    .setAction(() => import('./model-publish.ts'))
    .build(),
  declare('model fetch', 'Fetch a registered model from a blob store, checking every byte')
    .addPositionalArgument(VERSION)
    .addOption(optional('from', 'Folder or URL of the store; default: where its owner says'))
    .addOption(optional('out', 'Folder to write; default: this user’s models, under the program root'))
    .setAction(() => import('./model-fetch.ts'))
    .build(),
  declare('model verify', 'Rebuild a registered model from its source and recipe and compare with the chain')
    .addPositionalArgument(VERSION)
    .addOption(optional('from', 'Folder or URL of the store; default: where its owner says'))
    .setAction(() => import('./model-verify.ts'))
    .build(),

  declare('operator stake', 'Stake tokens, authorise the market and name an operator')
    .addPositionalArgument({
      name: 'amount',
      description: 'Tokens to add (decimal); 0 changes only the rest',
    })
    .addOption(ACCOUNT)
    .addOption(optional('operator', 'Address of the hot key that claims jobs; default: the account itself'))
    .addOption(optional('exposure', 'Most tokens locked at once; default: all that is staked'))
    .addOption(
      text(
        'coins',
        'Coins (decimal) for the bonds of claims, into the operator’s balance in the market',
        '0',
      ),
    )
    .setAction(() => import('./operator-stake.ts'))
    .build(),
  declare('operator unstake', 'Start the thaw of stake; without an amount, pay out what has thawed')
    .addOption(ACCOUNT)
    .addOption(optional('amount', 'Tokens to thaw (decimal)'))
    .setAction(() => import('./operator-unstake.ts'))
    .build(),
  declare('operator status', 'Show stake, locks and balances of an account')
    .addOption(ACCOUNT)
    .setAction(() => import('./operator-status.ts'))
    .build(),
  declare('operator run', 'Run an executor or a challenger until interrupted; logs JSON lines')
    .addOption(text('role', 'executor or challenger', 'executor'))
    .addOption(ACCOUNT)
    .addOption(optional('owner', 'Executor: address of the staking account; default: the account itself'))
    .addOption(STORE)
    .addOption(optional('models', 'Folder of models to serve; default: this user’s models'))
    .addOption(text('minPrice', 'Executor: least price of a job, tokens (decimal)', '0'))
    .addOption(integer('maxJobs', 'Executor: most jobs claimed and not posted at once', 4))
    .addOption(integer('interval', 'Pause between looks at the chain, milliseconds', 500))
    .addOption(integer('withdrawEvery', 'Pull what is owed every so many seconds; 0 never', 600))
    .addOption(optional('fault', 'Lie on purpose, on local chains only: see docs/security.md'))
    .setAction(() => import('./operator-run.ts'))
    .build(),

  declare('job request', 'Ask for an inference, escrowing its price')
    .addPositionalArgument(VERSION)
    .addOption(ACCOUNT)
    .addOption(STORE)
    .addOption(
      optional(
        'input',
        'Files of input tensors (raw bytes, or float32), separated by commas; FILE#N is item N of an IDX file',
      ),
    )
    .addOption(
      optional('values', 'Or the inputs as numbers: 1,2.5,-3; several inputs separated by semicolons'),
    )
    .addOption(text('price', 'Most to pay, tokens (decimal)', '10'))
    .addOption(optional('minPrice', 'Price at the request, tokens, rising over --ramp; default: the price'))
    .addOption(integer('ramp', 'Time over which the price rises, seconds', 0))
    .addOption(integer('claimWithin', 'How long the job may wait for a claim, seconds', 600))
    .addOption(integer('postWithin', 'Time from claim to answer, seconds', 60))
    .addOption(
      text('value', 'What a wrong answer would cost you, tokens: the collateral is at least this', '0'),
    )
    .addOption(integer('wait', 'Wait so long for the job to be final, seconds; 0 returns at once', 0))
    .setAction(() => import('./job-request.ts'))
    .build(),
  declare('job show', 'Show a job, its phase and its attempts')
    .addPositionalArgument(JOB_ID)
    .setAction(() => import('./job-show.ts'))
    .build(),
  declare('job list', 'List the jobs of this deployment')
    .addOption(optional('phase', 'Only those that are open, claimed, posted, final or cancelled'))
    .setAction(() => import('./job-list.ts'))
    .build(),
  declare('job result', 'Show the answer of a job in the model’s own terms')
    .addPositionalArgument(JOB_ID)
    .addOption(STORE)
    .setAction(() => import('./job-result.ts'))
    .build(),
  declare('job verify', 'Run a job here and compare with what was posted; exit code 1 when it differs')
    .addPositionalArgument(JOB_ID)
    .addOption(STORE)
    .setAction(() => import('./job-verify.ts'))
    .build(),
  declare('job finalize', 'Settle a job whose window has passed')
    .addPositionalArgument(JOB_ID)
    .addOption(ACCOUNT)
    .setAction(() => import('./job-finalize.ts'))
    .build(),
  declare('job cancel', 'Take back the escrow of a job that nobody has claimed')
    .addPositionalArgument(JOB_ID)
    .addOption(ACCOUNT)
    .setAction(() => import('./job-cancel.ts'))
    .build(),

  declare('dispute open', 'Challenge the posted answer of a job, with a bond in the chain’s coin')
    .addPositionalArgument(JOB_ID)
    .addOption(ACCOUNT)
    .setAction(() => import('./dispute-open.ts'))
    .build(),
  declare('dispute show', 'Show the disputes about a job: whose turn, until when, where')
    .addPositionalArgument(JOB_ID)
    .setAction(() => import('./dispute-show.ts'))
    .build(),
  declare('dispute list', 'List all disputes, the latest first')
    .setAction(() => import('./dispute-list.ts'))
    .build(),

  declare(
    'consumer gate',
    'Example application: a gate that a picture of its digit opens, by the market’s callback',
  )
    .addPositionalArgument(VERSION)
    .addOption(ACCOUNT)
    .addOption(integer('digit', 'Digit that opens the gate', 7))
    .addOption(
      text('input', 'Picture to show: FILE of the model’s input bytes, or FILE#N of an IDX file', ''),
    )
    .addOption(text('price', 'Price of the inference, tokens (decimal)', '10'))
    .addOption(text('value', 'What a visitor let in wrongly would cost, tokens (decimal)', '50'))
    .addOption(optional('gate', 'Address of a gate that exists; default: deploys one'))
    .addOption(integer('wait', 'Most time to wait for the answer, seconds', 120))
    .setAction(() => import('./consumer-gate.ts'))
    .build(),

  declare('withdraw', 'Pull everything that market, slashes and disputes owe an account')
    .addOption(ACCOUNT)
    .setAction(() => import('./withdraw.ts'))
    .build(),
  declare('blob serve', 'Serve a folder of blobs over HTTP until interrupted')
    .addOption(optional('folder', 'Folder of the store; default: this user’s own'))
    .addOption(text('host', 'Address to listen on', '127.0.0.1'))
    .addOption(integer('port', 'Port to listen on; 0 picks a free one', 8550))
    .addOption(integer('maxBlobBytes', 'Most bytes of one blob', 2 ** 30))
    .addOption({
      name: 'maxTotalBytes',
      description: 'Most bytes of the whole store',
      type: ArgumentType.BIGINT,
      defaultValue: 64n * 2n ** 30n,
    })
    .addFlag({ name: 'readOnly', description: 'Refuse to take blobs' })
    .setAction(() => import('./blob-serve.ts'))
    .build(),
  declare('accounts', 'List the accounts that this network signs for, with their balances')
    .setAction(() => import('./accounts.ts'))
    .build(),
  declare('faucet', 'Give an account coins and test tokens; local chains only')
    .addPositionalArgument({ name: 'to', description: 'Address, or index among the network’s accounts' })
    .addOption(ACCOUNT)
    .addOption(text('tokens', 'Tokens to mint (decimal)', '10000'))
    .addOption(text('coins', 'Coins to send (decimal)', '0'))
    .setAction(() => import('./faucet.ts'))
    .build(),
  declare('deploy', 'Deploy the protocol and write down its addresses')
    .addOption(optional('parameters', 'File of parameters; default: deploy/parameters of this network'))
    .setAction(() => import('./deploy.ts'))
    .build(),
]
