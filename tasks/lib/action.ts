import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'

/** What a task says: to people, and with --json to programs. */
export interface Report {
  readonly text: string
  readonly json: unknown
}

interface CommonArguments {
  readonly json: boolean
}

/**
 * The action of a task: prints its report, if it has one, or one line about what went wrong and exit code 1.
 * Returns nothing, for Hardhat would print it.
 */
export function action<Arguments extends CommonArguments>(
  run: (args: Arguments, hre: HardhatRuntimeEnvironment) => Promise<Report | null>,
): (args: Arguments, hre: HardhatRuntimeEnvironment) => Promise<void> {
  return async (args, hre) => {
    try {
      const report = await run(args, hre)
      if (report) console.log(args.json ? toJson(report.json) : report.text)
    } catch (error) {
      console.error(`error ${errorLine(error)}`)
      // A foreseen error says all in its line; on CI servers Hardhat turns stack traces on by itself.
      if (hre.globalOptions.showStackTraces && !isTyped(error)) console.error(error)
      process.exitCode = 1
    }
  }
}

/** JSON with big integers as decimal strings and bytes as hex. */
export const toJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, item: unknown) =>
      typeof item === 'bigint'
        ? item.toString()
        : item instanceof Uint8Array
          ? `0x${Buffer.from(item).toString('hex')}`
          : item instanceof Map
            ? Object.fromEntries(item)
            : item,
    2,
  )

/** `CODE: message`, on one line. */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return `UNKNOWN: ${String(error)}`
  const message = error.message.split('\n').join(' ')
  return `${isTyped(error) ? error.code : 'INTERNAL'}: ${message}`
}

const isTyped = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'string'
