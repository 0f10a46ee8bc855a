import { arch, cpus } from 'node:os'
import { env } from 'onnxruntime-node'

/** What the bits and the speed of a lowering depend on. */
export interface Machine {
  readonly cpu: string
  readonly arch: string
  readonly onnxRuntime: string
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  arch: arch(),
  onnxRuntime: env.versions.node ?? env.versions.common,
})
