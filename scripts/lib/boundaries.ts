/** Packages that each package may import; the whole list of arrows. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  wasm: [],
  ir: [],
  ops: ['ir'],
  commitments: ['ir', 'wasm'],
  blobs: ['ir', 'commitments'],
  runtime: ['ir', 'ops', 'commitments', 'wasm'],
  compiler: ['ir', 'ops', 'runtime', 'commitments'],
  dispute: ['ir', 'commitments'],
  chain: ['ir', 'commitments'],
  node: ['ir', 'ops', 'runtime', 'commitments', 'blobs', 'dispute', 'chain'],
  sdk: ['ir', 'ops', 'compiler', 'runtime', 'commitments', 'blobs', 'dispute', 'chain'],
}

/** Contract folders that each contract folder may import. */
const CONTRACT_ARROWS: Readonly<Record<string, readonly string[]>> = {
  types: [],
  libraries: ['types'],
  registry: ['types', 'libraries'],
  staking: ['types', 'libraries'],
  verifier: ['types', 'libraries'],
  market: ['types', 'libraries', 'registry', 'staking'],
  dispute: ['types', 'libraries', 'registry', 'verifier', 'market'],
  consumers: ['types', 'libraries', 'registry', 'market', 'dispute', 'staking'],
}

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** One line per import that crosses a boundary which is no arrow. */
export function brokenBoundaries(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    file.path.endsWith('.sol') ? contractImports(file) : typescriptImports(file),
  )
}

function typescriptImports({ path, text }: SourceFile): readonly string[] {
  const own = /^packages\/([^/]+)\//.exec(path)?.[1]
  return importsOf(text).flatMap((target) => {
    const imported = /^@plumbline\/([^/]+)(\/.*)?$/.exec(target)
    const say = (why: string): readonly string[] => [`${path}: imports ${target}: ${why}`]
    if (imported?.[2]) return say('import a package by its name alone')
    if (imported && own && imported[1] !== own && !ARROWS[own]?.includes(imported[1]!))
      return say(`${own} may import ${ARROWS[own]?.join(', ') || 'nothing'}`)
    if (imported && own === imported[1]) return say('a package imports its own files by path')
    if (own && target.startsWith('.') && !inside(`packages/${own}`, path, target))
      return say('a package imports other packages by name')
    if (!own && target.startsWith('.') && resolve(path, target).startsWith('packages/'))
      return say('import a package by its name')
    if (
      !path.startsWith('scripts/') &&
      !path.startsWith('test/') &&
      resolve(path, target).startsWith('scripts/')
    )
      return say('nobody imports scripts')
    return []
  })
}

function contractImports({ path, text }: SourceFile): readonly string[] {
  const own = /^contracts\/([^/]+)\//.exec(path)?.[1]
  if (!own || own === 'mocks') return []
  return importsOf(text).flatMap((target) => {
    if (!target.startsWith('.'))
      return target.startsWith('@openzeppelin/')
        ? []
        : [`${path}: imports ${target}: only OpenZeppelin from outside`]
    const folder = /^contracts\/([^/]+)\//.exec(resolve(path, target))?.[1]
    return folder === own || CONTRACT_ARROWS[own]?.includes(folder ?? '')
      ? []
      : [`${path}: imports ${target}: ${own} may not import ${folder}`]
  })
}

const importsOf = (text: string): readonly string[] =>
  [
    ...text.matchAll(
      /(?:^|[\s;}])(?:import|export)\b[^'"();]*?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']\s*\)/g,
    ),
  ].map((match) => (match[1] ?? match[2])!)

const inside = (folder: string, from: string, target: string): boolean =>
  resolve(from, target).startsWith(`${folder}/`)

function resolve(from: string, target: string): string {
  if (!target.startsWith('.')) return target
  const parts = from.split('/').slice(0, -1)
  for (const part of target.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  return parts.join('/')
}
