import { ModelError } from '@plumbline/ops'
import type { Manifest } from './manifest.ts'

const MAX_MANIFEST_BYTES = 64 * 2 ** 20

/** The bytes that a manifest is stored and hashed as. */
export const encodeManifest = (manifest: Manifest): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(manifest) + '\n')

/**
 * A manifest from bytes that anybody may have written.
 * @throws ModelError MANIFEST_MALFORMED
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw malformed(`${bytes.byteLength} bytes are too many`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error))
  }
  const m = object(value, 'the manifest')
  if (m['format'] !== 'plumbline-model' || m['version'] !== 1) throw malformed('format or version is unknown')
  text(m['name'], 'name')
  const source = object(m['source'], 'source')
  text(source['sha256'], 'source.sha256')
  hash(m['programRoot'], 'programRoot')
  list(m['inputs'], 'inputs').forEach((port, i) => checkPort(port, `inputs[${i}]`))
  list(m['outputs'], 'outputs').forEach((port, i) => checkPort(port, `outputs[${i}]`))
  if (m['labels'] !== undefined) list(m['labels'], 'labels').forEach((label) => text(label, 'a label'))
  list(m['macros'], 'macros').forEach((entry, i) => {
    const macro = object(entry, `macros[${i}]`)
    text(macro['kind'], `macros[${i}].kind`)
    text(macro['node'], `macros[${i}].node`)
    list(macro['inputs'], `macros[${i}].inputs`).forEach((id) => count(id, `macros[${i}].inputs`))
  })
  list(m['outputValues'], 'outputValues').forEach((id) => count(id, 'outputValues'))
  if (list(m['outputValues'], 'outputValues').length !== list(m['outputs'], 'outputs').length)
    throw malformed('outputs and outputValues differ in length')
  list(m['constants'], 'constants').forEach((entry, i) => {
    const constant = object(entry, `constants[${i}]`)
    hash(constant['root'], `constants[${i}].root`)
    count(constant['byteLength'], `constants[${i}].byteLength`)
  })
  return value as Manifest
}

function checkPort(value: unknown, what: string): void {
  const port = object(value, what)
  text(port['name'], `${what}.name`)
  if (port['dtype'] !== 'u8' && port['dtype'] !== 'i16' && port['dtype'] !== 'i32')
    throw malformed(`${what}.dtype is ${String(port['dtype'])}`)
  list(port['shape'], `${what}.shape`).forEach((size) => count(size, `${what}.shape`))
  const scale = port['scale']
  if (typeof scale !== 'number' || !Number.isFinite(scale) || scale <= 0)
    throw malformed(`${what}.scale is ${String(scale)}; a positive number is expected`)
  if (!Number.isInteger(port['zero'])) throw malformed(`${what}.zero is no integer`)
}

const malformed = (why: string): ModelError => new ModelError('MANIFEST_MALFORMED', `manifest: ${why}`)

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`${what} is no object`)
  return value as Record<string, unknown>
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(`${what} is no list`)
  return value
}

function text(value: unknown, what: string): void {
  if (typeof value !== 'string') throw malformed(`${what} is no text`)
}

function count(value: unknown, what: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed(`${what} holds ${String(value)}`)
}

function hash(value: unknown, what: string): void {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{64}$/.test(value))
    throw malformed(`${what} is no 32-byte hash`)
}
