import { type BlobStore, fetchBytes, fetchTensor, keccakKey, sha256Key, tensorKey } from '@plumbline/blobs'
import { addressOf, type AnyEvent, read, sameAddress, type VersionRecord } from '@plumbline/chain'
import { keccak, toHash } from '@plumbline/commitments'
import { recompile } from '@plumbline/compiler'
import type { Hash } from '@plumbline/ir'
import { assembleModel, encodeManifest, type Manifest, type Model, parseManifest } from '@plumbline/runtime'
import type { Client } from './client.ts'
import { SdkError } from './errors.ts'
import { type RegistrationProgress, registerProgram } from './registration.ts'

export const manifestHash = (manifest: Manifest): Hash => toHash(keccak(encodeManifest(manifest)))
const sourceKey = ({ source }: Manifest) => sha256Key(`0x${source.sha256}`)

/** Clocks of a version's disputes, seconds. */
export interface Clocks {
  readonly window: number
  readonly executorBudget: number
  readonly challengerBudget: number
  readonly extension: number
}

export interface RegisterOptions {
  /** An existing model of the account; a new one when absent. */
  readonly modelId?: number
  /** Where the manifest and the constants can be fetched; a hint to others. */
  readonly uri: string
  readonly royaltyBasisPoints: number
  readonly clocks: Clocks
  readonly onProgress?: (progress: RegistrationProgress) => void
}

export interface Registered {
  readonly version: number
  readonly modelId: number
  readonly program: Hash
  readonly manifestHash: Hash
}

/** Registers the program, creates the model where it is new, and publishes a version of it. */
export async function registerModel(
  client: Client,
  model: Model,
  options: RegisterOptions,
): Promise<Registered> {
  const { root } = await registerProgram(client, model.program, options.onProgress)
  const modelId = options.modelId ?? (await createModel(client, model.manifest.name))
  await checkOwner(client, modelId)
  const hash = manifestHash(model.manifest)
  const { events } = await client.send({
    contract: 'modelRegistry',
    fn: 'publish',
    args: [modelId, root, hash, options.uri, options.royaltyBasisPoints, options.clocks],
  })
  return {
    version: Number(argument(events, 'VersionPublished', 'version')),
    modelId,
    program: root,
    manifestHash: hash,
  }
}

async function createModel(client: Client, name: string): Promise<number> {
  const { events } = await client.send({ contract: 'modelRegistry', fn: 'createModel', args: [name] })
  return Number(argument(events, 'ModelCreated', 'model'))
}

async function checkOwner(client: Client, modelId: number): Promise<void> {
  if (!(await client.ledger()).models.has(modelId))
    throw new SdkError('MODEL_UNKNOWN', `no model ${modelId} at ${addressOf(client.chain, 'modelRegistry')}`)
  const [owner] = await read(client.chain, 'modelRegistry', 'ownerOf', [modelId])
  if (!sameAddress(owner, client.address()))
    throw new SdkError('MODEL_UNKNOWN', `model ${modelId} belongs to ${owner}, not to ${client.address()}`)
}

function argument(events: readonly AnyEvent[], name: string, key: string): unknown {
  return events.find((event) => event.name === name)!.args[key]
}

export interface ListedVersion extends VersionRecord {
  readonly name: string
  readonly owner: string
}

export async function listVersions(client: Client): Promise<readonly ListedVersion[]> {
  const { models, versions } = await client.ledger()
  const owners = new Map<number, string>()
  for (const id of models.keys()) {
    const [owner] = await read(client.chain, 'modelRegistry', 'ownerOf', [id])
    owners.set(id, owner)
  }
  return [...versions.values()].map((version) => ({
    ...version,
    name: models.get(version.model)?.name ?? '',
    owner: owners.get(version.model) ?? '',
  }))
}

/** @throws SdkError VERSION_UNKNOWN */
export async function versionRecord(client: Client, id: number): Promise<VersionRecord> {
  const version = (await client.ledger()).versions.get(id)
  if (!version) throw new SdkError('VERSION_UNKNOWN', `no model version ${id}: \`model list\` shows them`)
  return version
}

/** Everything that whoever runs or verifies a model needs, into a store. Returns the number of bytes. */
export async function publishModel(
  store: BlobStore,
  model: Model,
  source: Uint8Array | null,
): Promise<number> {
  const { manifest, constants } = model
  const encoded = encodeManifest(manifest)
  let bytes = encoded.byteLength
  await store.put(keccakKey(manifestHash(manifest)), encoded)
  for (const { root } of manifest.constants) {
    await store.put(tensorKey(root), constants.get(root)!)
    bytes += constants.get(root)!.byteLength
  }
  if (!source) return bytes
  await store.put(sourceKey(manifest), source)
  return bytes + source.byteLength
}

/** What of a model a store does not have: empty when others can fetch and verify it there. */
export async function missingParts(store: BlobStore, { manifest }: Model): Promise<readonly string[]> {
  const parts = [
    ['manifest', keccakKey(manifestHash(manifest))],
    ...manifest.constants.map(({ root }) => [`constant ${root}`, tensorKey(root)] as const),
    ['source ONNX file', sourceKey(manifest)],
  ] as const
  const present = await Promise.all(parts.map(([, key]) => store.has(key).catch(() => false)))
  return parts.flatMap(([name], i) => (present[i] ? [] : [name]))
}

/** @throws BlobError BLOB_MISSING; ModelError MANIFEST_MALFORMED */
export async function fetchManifest(store: BlobStore, version: VersionRecord): Promise<Manifest> {
  return parseManifest(await fetchBytes(store, keccakKey(version.manifestHash)))
}

/**
 * A registered model from a store, whole and checked against the chain's program root.
 * @throws BlobError BLOB_MISSING; ModelError
 */
export async function fetchModel(store: BlobStore, version: VersionRecord): Promise<Model> {
  const manifest = await fetchManifest(store, version)
  const constants = new Map<Hash, Uint8Array>()
  for (const { root, byteLength } of manifest.constants)
    constants.set(root, await fetchTensor(store, root, byteLength))
  return assembleModel(manifest, constants, version.program)
}

export interface Verification {
  readonly version: number
  /** On chain, and as the source compiles with the recipe here. */
  readonly program: Hash
  readonly manifestHash: Hash
  /** SHA-256 of the source file. */
  readonly source: string
  readonly steps: number
}

/**
 * Fetches source and recipe of a version, compiles them anew and compares with the chain.
 * @throws BlobError BLOB_MISSING; ModelError PROGRAM_MISMATCH where the version is not what its source makes
 */
export async function verifyModel(store: BlobStore, version: VersionRecord): Promise<Verification> {
  const manifest = await fetchManifest(store, version)
  const source = await fetchBytes(store, sourceKey(manifest))
  const { model } = await recompile(source, { ...manifest, programRoot: version.program })
  return {
    version: version.id,
    program: model.manifest.programRoot,
    manifestHash: version.manifestHash,
    source: manifest.source.sha256,
    steps: model.program.steps.length,
  }
}
