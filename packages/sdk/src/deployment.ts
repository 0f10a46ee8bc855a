import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChainError, type Deployment, parseDeployment } from '@plumbline/chain'

/** File of a chain's deployment inside a folder of deployments. */
export const deploymentFile = (folder: string, chainId: number): string => join(folder, `${chainId}.json`)

/**
 * The deployment on chain `chainId`, from the first folder that has one.
 * @throws ChainError DEPLOYMENT_MISSING, DEPLOYMENT_MALFORMED
 */
export async function loadDeployment(chainId: number, folders: readonly string[]): Promise<Deployment> {
  for (const folder of folders) {
    const text = await readFile(deploymentFile(folder, chainId), 'utf8').catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      },
    )
    if (text !== null) return parseDeployment(parseJson(text))
  }
  throw new ChainError(
    'DEPLOYMENT_MISSING',
    `chain ${chainId} has no deployment in ${folders.join(' or ')}: run \`npx hardhat deploy\` first, or check --network`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
