import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { modelFolder } from '@plumbline/sdk'
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'
import { home } from './client.ts'

export const modelsFolder = (hre: HardhatRuntimeEnvironment): string => join(home(hre), 'models')

/** A model's folder, named by its path or by the program root under which this user keeps it. */
export function modelPath(hre: HardhatRuntimeEnvironment, text: string): string {
  if (!/^0x[0-9a-f]{64}$/.test(text) || existsSync(text)) return text
  return modelFolder(modelsFolder(hre), text as `0x${string}`)
}
