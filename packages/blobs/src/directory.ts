import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BlobError } from './errors.ts'
import { type BlobKey, checkBytes, parseKey } from './key.ts'
import type { BlobStore } from './store.ts'

export interface DirectoryLimits {
  /** Most bytes of one blob. */
  readonly maxBlobBytes: number
  /** Most bytes of all blobs together. */
  readonly maxTotalBytes: number
}

export const defaultLimits: DirectoryLimits = { maxBlobBytes: 2 ** 30, maxTotalBytes: 64 * 2 ** 30 }

/** One file a blob, at KIND/FIRST-BYTE/HASH. A crash leaves whole files, or temporary ones that nobody reads. */
export function directoryStore(folder: string, limits: DirectoryLimits = defaultLimits): BlobStore {
  // SAFETY: parseKey lets nothing but hex digits into a path.
  const pathOf = (key: BlobKey): string => {
    const { kind, hash } = parseKey(key.kind, key.hash)
    return join(folder, kind, hash.slice(2, 4), hash)
  }
  // Grows by what is written here; counted from disk once, at the first write.
  let total: Promise<number> | undefined

  const admit = async (bytes: number): Promise<void> => {
    if (bytes > limits.maxBlobBytes)
      throw new BlobError(
        'BLOB_TOO_LARGE',
        `a blob has ${bytes} bytes; at most ${limits.maxBlobBytes} are kept`,
      )
    const used = await (total ??= folderBytes(folder))
    if (used + bytes > limits.maxTotalBytes)
      throw new BlobError('BLOB_STORE_FULL', `${bytes} more bytes would exceed ${limits.maxTotalBytes}`, {
        used,
      })
    total = Promise.resolve(used + bytes)
  }

  return {
    get: async (key) => {
      const bytes = await readFile(pathOf(key)).catch(absent)
      // A file that rotted on disk is as good as absent: it may then be written anew.
      return bytes !== null && matches(key, bytes) ? bytes : null
    },
    has: async (key) => (await stat(pathOf(key)).catch(absent)) !== null,
    put: async (key, bytes) => {
      checkBytes(key, bytes)
      const path = pathOf(key)
      const present = await readFile(path).catch(absent)
      if (present !== null && matches(key, present)) return
      await admit(bytes.byteLength)
      await writeAtomically(path, join(folder, 'tmp'), bytes)
    },
  }
}

const matches = (key: BlobKey, bytes: Uint8Array): boolean => {
  try {
    checkBytes(key, bytes)
    return true
  } catch {
    return false
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

/** Temporary file, fsync, rename, fsync of the folder: readers see the old state or the new one, never half. */
export async function writeAtomically(
  path: string,
  temporaryFolder: string,
  bytes: Uint8Array,
): Promise<void> {
  await mkdir(temporaryFolder, { recursive: true })
  await mkdir(dirname(path), { recursive: true })
  const temporary = join(temporaryFolder, randomUUID())
  try {
    await writeAndSync(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; there the rename itself is durable enough.
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent)
  const sizes = await Promise.all(
    (entries ?? [])
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(absent))?.size ?? 0),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
