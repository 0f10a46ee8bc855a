// Completes package-lock.json for the platforms whose binary packages the registry in use does not carry.
// npm leaves an optional package that it could not look up out of the lock file and then refuses `npm ci`
// everywhere, so a lock file made on one platform would shut the others out. Run after every dependency change.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const systems = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
}
const processors = {
  arm64: 'arm64',
  aarch64: 'arm64',
  x64: 'x64',
  amd64: 'x64',
  ia32: 'ia32',
  arm: 'arm',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
}

let added = 0
for (const entry of Object.values(lock.packages))
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (lock.packages[key]) continue
    const words = name.split('/').pop().split('-')
    const os = words.map((word) => systems[word]).find(Boolean)
    const cpu = words.map((word) => processors[word]).find(Boolean)
    if (!os || !cpu)
      throw new Error(`${name}: cannot tell its platform from its name; add it to package-lock.json by hand`)
    lock.packages[key] = {
      version,
      cpu: [cpu],
      dev: true,
      ...(words.includes('musl') && { libc: ['musl'] }),
      optional: true,
      os: [os],
    }
    added++
  }
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, JSON.stringify(lock, null, 2) + '\n')
console.log(`package-lock.json: ${added} platform packages added`)
