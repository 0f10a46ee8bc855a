// Prepares a fresh checkout, then runs the given command under a Node that Hardhat 3 accepts.
// Plain JavaScript without dependencies: this is the one file that runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const binaries = join(modules, '.bin')
const stamp = join(modules, '.plumbline-lock')
const lockHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

const [major, minor] = process.versions.node.split('.').map(Number)
const modern = major > 22 || (major === 22 && minor >= 13)
const nodePackage = `node-linux-${process.arch}`

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockHash) install()
const [command, ...rest] = process.argv.slice(2)
if (command) run(command, rest)

/** npm skips optional packages whose `engines` exclude the running Node, so an old Node installs under a newer one. */
function install() {
  const npm = process.env.npm_execpath
  if (!npm) fail('run this through npm, for example: npm run setup')
  console.error('plumbline: installing dependencies (once per package-lock.json)')
  const ci = [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  if (modern) run(process.execPath, ci)
  else if (process.platform === 'linux') {
    const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies[
      nodePackage
    ]
    if (!version) fail(`no Node binary package for ${process.arch}: install Node 22.13 or newer`)
    run(process.execPath, [npm, 'exec', '--yes', `--package=${nodePackage}@${version}`, '--', 'node', ...ci])
  } else fail(`Node ${process.versions.node} is too old for Hardhat 3: install Node 22.13 or newer`)
  writeFileSync(stamp, lockHash)
}

function run(program, args) {
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` }
  const executable = program === 'node' && modern ? process.execPath : program
  const result = spawnSync(executable, args, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32' && executable !== process.execPath,
  })
  if (result.error) fail(`${program}: ${result.error.message}`)
  if (result.status !== 0) process.exit(result.status ?? 1)
}

function fail(message) {
  console.error(`plumbline: ${message}`)
  process.exit(1)
}
