export { defaultLimits, directoryStore, type DirectoryLimits, writeAtomically } from './directory.ts'
export { BlobError, type BlobErrorCode } from './errors.ts'
export { httpStore, type HttpStoreOptions } from './http.ts'
export {
  type BlobKey,
  checkBytes,
  keccakKey,
  keyPath,
  parseKey,
  sha256Key,
  tensorKey,
  withLength,
} from './key.ts'
export { type BlobServer, type BlobServerOptions, serveBlobs } from './server.ts'
export { type BlobStore, fetchBytes, fetchTensor, layered } from './store.ts'
