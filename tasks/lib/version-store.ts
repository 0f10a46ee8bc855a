import { type BlobStore, layered } from '@plumbline/blobs'
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'
import { openBlobs, openStore } from './client.ts'

/** Where a version's manifest and tensors may be: here, in the named store, and where its owner says. */
export const versionStore =
  (hre: HardhatRuntimeEnvironment, named: string | undefined) =>
  ({ manifestUri }: { readonly manifestUri: string }): BlobStore => {
    const own = openBlobs(hre, named)
    return manifestUri === '' ? own : layered([own, openStore(manifestUri)])
  }
