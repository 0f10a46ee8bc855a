import { dtypeCode, dtypeFromCode } from './dtype.ts'
import { ProgramError } from './errors.ts'
import {
  type Coordinate,
  type Hash,
  type Operand,
  type Parameters,
  STEP_KINDS,
  type Step,
  type TensorRef,
  type Term,
} from './step.ts'

const WORD = 32
const MAX_TERMS = 5
const CLASSES = ['constant', 'input', 'step', 'carried'] as const

/** The canonical bytes of a step (docs/specification.md, section 2.2). Assumes field ranges that `validateStep` checks. */
export function encodeStep(step: Step): Uint8Array {
  const words: Uint8Array[] = [header(step), extents(step)]
  words.push(...operand(step.a))
  if (step.b) words.push(...operand(step.b))
  if (step.g) words.push(...operand(step.g))
  if (step.p) words.push(...operand({ ...step.p, dtype: 'u8', zero: 0, weight: 0 }))
  const bytes = new Uint8Array(words.length * WORD)
  words.forEach((word, i) => bytes.set(word, i * WORD))
  return bytes
}

/**
 * Reads one descriptor. Refuses bytes that are not the canonical encoding of what they say.
 * @throws ProgramError DESCRIPTOR_MALFORMED
 */
export function decodeStep(bytes: Uint8Array): Step {
  const malformed = (why: string): ProgramError =>
    new ProgramError('DESCRIPTOR_MALFORMED', `step descriptor: ${why}`, { why })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (what: string): number => {
    if (at + WORD > bytes.byteLength) throw malformed(`ends before its ${what}`)
    at += WORD
    return at - WORD
  }

  const h = take('header')
  const kind = STEP_KINDS[view.getUint8(h)]
  if (kind === undefined) throw malformed(`kind ${view.getUint8(h)} does not exist`)
  const outputs = view.getUint8(h + 2)
  const axes = view.getUint8(h + 3)
  const flags = view.getUint8(h + 4)
  if (outputs > axes || axes > 8) throw malformed(`${outputs} output axes of ${axes} axes`)
  const e = take('extents')
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(e + 4 * i))

  const readTerm = (o: number): Term | null => {
    const axis = view.getUint8(o)
    const coef = (view.getInt8(o + 1) << 16) | view.getUint16(o + 2)
    return axis === 0 ? null : { axis: axis - 1, coef }
  }
  const readCoordinate = (): Coordinate => {
    const o = take('coordinates')
    const terms = Array.from({ length: MAX_TERMS }, (_, i) => readTerm(o + 12 + 4 * i)).filter(
      (term) => term !== null,
    )
    return { limit: view.getUint32(o), stride: view.getUint32(o + 4), offset: view.getInt32(o + 8), terms }
  }
  const readOperand = (): Operand => {
    const o = take('operand')
    const kindOfRef = CLASSES[view.getUint8(o)]
    if (kindOfRef === undefined || kindOfRef === 'carried')
      throw malformed(`operand class ${view.getUint8(o)} is not supported`)
    const index = view.getUint32(o + 4)
    const ref: TensorRef =
      kindOfRef === 'constant'
        ? { class: 'constant', root: hex(bytes, take('root')) }
        : { class: kindOfRef, index }
    const count = view.getUint8(o + 2)
    return {
      ref,
      dtype: dtypeFromCode(view.getUint8(o + 1)),
      byteLength: view.getUint32(o + 8),
      base: view.getUint32(o + 12),
      zero: view.getInt32(o + 16),
      weight: view.getInt32(o + 20),
      coordinates: Array.from({ length: count }, readCoordinate),
    }
  }

  const a = readOperand()
  const b = flags & 1 ? readOperand() : undefined
  const g = flags & 2 ? readOperand() : undefined
  const record = flags & 4 ? readOperand() : undefined
  const p: Parameters | undefined = record && {
    ref: record.ref,
    byteLength: record.byteLength,
    base: record.base,
    coordinates: record.coordinates,
  }
  const step: Step = {
    kind,
    dtype: dtypeFromCode(view.getUint8(h + 1)),
    outputExtents: sizes.slice(0, outputs),
    reductionExtents: sizes.slice(outputs),
    multiplier: view.getUint32(h + 5),
    zero: view.getInt32(h + 9),
    low: view.getInt32(h + 13),
    high: view.getInt32(h + 17),
    bias: view.getInt32(h + 21),
    a,
    ...(b && { b }),
    ...(g && { g }),
    ...(p && { p }),
  }
  const canonical = encodeStep(step)
  if (canonical.byteLength !== bytes.byteLength || canonical.some((byte, i) => byte !== bytes[i]))
    throw malformed('reserved bytes are not zero, terms are out of order, or bytes follow its end')
  return step
}

function header(step: Step): Uint8Array {
  const word = new Uint8Array(WORD)
  const view = new DataView(word.buffer)
  view.setUint8(0, STEP_KINDS.indexOf(step.kind))
  view.setUint8(1, dtypeCode(step.dtype))
  view.setUint8(2, step.outputExtents.length)
  view.setUint8(3, step.outputExtents.length + step.reductionExtents.length)
  view.setUint8(4, (step.b ? 1 : 0) | (step.g ? 2 : 0) | (step.p ? 4 : 0))
  view.setUint32(5, step.multiplier)
  view.setInt32(9, step.zero)
  view.setInt32(13, step.low)
  view.setInt32(17, step.high)
  view.setInt32(21, step.bias)
  return word
}

function extents(step: Step): Uint8Array {
  const word = new Uint8Array(WORD)
  const view = new DataView(word.buffer)
  ;[...step.outputExtents, ...step.reductionExtents].forEach((size, i) => view.setUint32(4 * i, size))
  return word
}

function operand(o: Operand): readonly Uint8Array[] {
  const head = new Uint8Array(WORD)
  const view = new DataView(head.buffer)
  view.setUint8(0, CLASSES.indexOf(o.ref.class))
  view.setUint8(1, dtypeCode(o.dtype))
  view.setUint8(2, o.coordinates.length)
  view.setUint32(4, o.ref.class === 'constant' ? 0 : o.ref.index)
  view.setUint32(8, o.byteLength)
  view.setUint32(12, o.base)
  view.setInt32(16, o.zero)
  view.setInt32(20, o.weight)
  const root = o.ref.class === 'constant' ? [unhex(o.ref.root)] : []
  return [head, ...root, ...o.coordinates.map(coordinate)]
}

function coordinate(c: Coordinate): Uint8Array {
  const word = new Uint8Array(WORD)
  const view = new DataView(word.buffer)
  view.setUint32(0, c.limit)
  view.setUint32(4, c.stride)
  view.setInt32(8, c.offset)
  const terms = c.terms.filter((term) => term.coef !== 0).sort((x, y) => x.axis - y.axis)
  if (terms.length > MAX_TERMS)
    throw new ProgramError(
      'TERMS_TOO_MANY',
      `a coordinate has ${terms.length} terms; at most ${MAX_TERMS} fit`,
      { terms },
    )
  terms.forEach((term, i) => {
    view.setUint8(12 + 4 * i, term.axis + 1)
    view.setInt8(13 + 4 * i, term.coef >> 16)
    view.setUint16(14 + 4 * i, term.coef & 0xffff)
  })
  return word
}

const hex = (bytes: Uint8Array, at: number): Hash =>
  `0x${Buffer.from(bytes.subarray(at, at + WORD)).toString('hex')}`
const unhex = (hash: Hash): Uint8Array => Uint8Array.from(Buffer.from(hash.slice(2), 'hex'))
