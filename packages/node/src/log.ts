import { type DestinationStream, pino } from 'pino'

/** Structured log: what happened, and to what. */
export interface Logger {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void
}

/** JSON lines on standard output, or into `stream`. */
export function createLogger(base: Readonly<Record<string, unknown>>, stream?: DestinationStream): Logger {
  const options = {
    base,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
  }
  return stream ? pino(options, stream) : pino(options)
}

/** Code, message and data of an error, without the stack of one that was foreseen. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { code, data } = error as { code?: unknown; data?: unknown }
  if (typeof code !== 'string') return { message: error.message, stack: error.stack }
  return { code, message: error.message, data: printable(data) }
}

const printable = (data: unknown): unknown =>
  data === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      )
