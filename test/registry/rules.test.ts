import assert from 'node:assert/strict'
import { network } from 'hardhat'
import { decodeStep, encodeStep, type Hash, ProgramError, type Step, validateProgram } from '@plumbline/ir'
import { fullStep, threeSteps } from '../support/programs.ts'
import { registrationOf } from '../support/registry.ts'

/** The enum Rule of contracts/registry/libraries/StepShape.sol, in its order. */
const RULES = [
  'Length',
  'Reserved',
  'Kind',
  'DataType',
  'Flags',
  'Class',
  'Axes',
  'Extent',
  'OutputSize',
  'ReductionSize',
  'KindReduces',
  'Operands',
  'Multiplier',
  'Clamp',
  'ZeroPoint',
  'Weight',
  'IndexRange',
  'OperandSize',
  'Reference',
  'ReferenceSize',
  'ReferenceType',
  'RootSize',
  'CoordinateCount',
  'Limit',
  'TermOrder',
  'TermAxis',
  'Coefficient',
  'CoordinateRange',
  'Address',
  'FoldRange',
  'ProofTooLarge',
] as const

type Edit = (words: DataView) => void

// Words of the full step's descriptor.
const [HEADER, EXTENTS, A, A_ROW, B, B_ROW, G, P, P_ROW] = [0, 1, 2, 3, 5, 6, 8, 10, 12]

const u8 =
  (word: number, byte: number, value: number): Edit =>
  (words) =>
    words.setUint8(32 * word + byte, value)
const u32 =
  (word: number, byte: number, value: number): Edit =>
  (words) =>
    words.setUint32(32 * word + byte, value)
const both =
  (...edits: readonly Edit[]): Edit =>
  (words) =>
    edits.forEach((edit) => edit(words))

/** Every way to break a rule, alone. */
const BROKEN: readonly (readonly [rule: (typeof RULES)[number], how: string, edit: Edit])[] = [
  ['Reserved', 'a byte after the header', u8(HEADER, 31, 1)],
  ['Reserved', 'the size of an axis that does not exist', u32(EXTENTS, 28, 1)],
  ['Reserved', 'a byte in an operand', u8(A, 3, 1)],
  ['Reserved', 'the last byte of an operand', u8(B, 31, 1)],
  ['Reserved', 'the data type of P', u8(P, 1, 1)],
  ['Reserved', 'the index of a constant', u32(P, 4, 1)],
  ['Kind', 'a sixth kind', u8(HEADER, 0, 5)],
  ['DataType', 'of the output', u8(HEADER, 1, 3)],
  ['DataType', 'of an operand', u8(G, 1, 3)],
  ['Flags', 'a fourth flag', u8(HEADER, 4, 15)],
  ['Class', 'carried', u8(A, 0, 3)],
  ['Axes', 'no output axis', u8(HEADER, 2, 0)],
  ['Axes', 'eight output axes', both(u8(HEADER, 2, 8), u8(HEADER, 3, 8))],
  ['Axes', 'nine axes', u8(HEADER, 3, 9)],
  ['Extent', 'an empty axis', u32(EXTENTS, 4, 0)],
  ['OutputSize', '2^32 bytes', both(u32(EXTENTS, 0, 2 ** 16), u32(EXTENTS, 4, 2 ** 15))],
  ['ReductionSize', 'more than 2^24', u32(EXTENTS, 8, 2 ** 24 + 1)],
  ['KindReduces', 'a division that reduces', u8(HEADER, 0, 3)],
  ['Operands', 'a square root of two', u8(HEADER, 0, 4)],
  ['Multiplier', 'a denormal', u32(HEADER, 5, 0x7fffff)],
  ['Multiplier', 'infinity', u32(HEADER, 5, 0x7f800000)],
  ['Multiplier', 'a negative one', u32(HEADER, 5, 0xbf800000)],
  ['Clamp', 'low above high', u32(HEADER, 13, 501)],
  ['Clamp', 'a bound that the data type cannot hold', u32(HEADER, 17, 40_000)],
  ['ZeroPoint', 'one that the data type cannot hold', u32(A, 16, 256)],
  ['Weight', 'of a product', u32(B, 20, 1)],
  ['IndexRange', 'an index beyond 2^53', both(u8(G, 1, 2), u32(G, 8, 40), u32(G, 20, 0x7fffffff))],
  ['OperandSize', 'half an element', u32(G, 8, 21)],
  ['OperandSize', 'nothing', u32(P, 8, 0)],
  ['Reference', 'the step itself', u32(A, 4, 2)],
  ['Reference', 'an input that does not exist', u32(B, 4, 3)],
  ['ReferenceSize', 'a tensor of another size', u32(A, 8, 241)],
  ['ReferenceType', 'a tensor of another type', both(u32(G, 4, 0), u32(G, 8, 240))],
  ['Limit', 'zero', u32(A_ROW, 0, 0)],
  ['TermOrder', 'the same axis twice', both(u8(A_ROW, 16, 1), u8(A_ROW, 19, 1))],
  ['Coefficient', 'a gap before a term', both(u8(A_ROW, 20, 2), u8(A_ROW, 23, 1))],
  ['TermAxis', 'an axis that does not exist', u8(A_ROW, 12, 4)],
  ['TermAxis', 'a reduction axis in P', u8(P_ROW, 12, 3)],
  ['TermAxis', 'the index in G', u8(G + 1, 12, 10)],
  ['Coefficient', 'zero', u8(A_ROW, 15, 0)],
  ['CoordinateRange', 'beyond 2^53', both(u32(G, 20, 0x7fffffff), u32(B_ROW, 12, 0x0a7fffff))],
  ['Address', 'one element too far', u32(A, 12, 1)],
  ['Address', 'parameters one byte too far', u32(P, 12, 1)],
  [
    'FoldRange',
    'a sum beyond 2^53',
    both(u8(HEADER, 0, 0), u32(A, 20, 0x7fffffff), u32(EXTENTS, 8, 2 ** 20)),
  ],
  ['ProofTooLarge', 'a million products', u32(EXTENTS, 8, 2 ** 20)],
]

/** Steps that break a rule which no edit in place can. */
function brokenSteps(): readonly (readonly [rule: (typeof RULES)[number], how: string, step: Step])[] {
  const step = fullStep()
  const guard = { limit: 1, stride: 0, offset: 0, terms: [] }
  const root = (step.p!.ref as { root: Hash }).root
  const { b: _, ...single } = step
  return [
    [
      'CoordinateCount',
      'nine coordinates',
      { ...step, a: { ...step.a, coordinates: Array.from({ length: 9 }, () => guard) } },
    ],
    [
      'RootSize',
      'one constant in two lengths',
      { ...step, b: { ...step.b!, ref: { class: 'constant', root } } },
    ],
    ['Operands', 'a product of one', single],
  ]
}

describe('rules of a step', () => {
  const descriptor = encodeStep(fullStep())
  const program = threeSteps()
  const head = program.steps.slice(0, -1)

  /** The rule by which the registry refuses the program with another last step. */
  async function refusal(last: Uint8Array): Promise<string> {
    const { ethers } = await network.getOrCreate()
    const registry = await ethers.deployContract('ProgramRegistry')
    const { inputs, outputs, stepCount } = registrationOf(program)
    const descriptors = Buffer.concat([...head.map(encodeStep), last])
    try {
      await registry.register.staticCall(inputs, outputs, stepCount, descriptors)
      return 'accepted'
    } catch (error) {
      const parsed = registry.interface.parseError((error as { data: string }).data)
      if (parsed?.name !== 'StepInvalid') return parsed?.name ?? String(error)
      assert.equal(parsed.args[0], 2n)
      return RULES[Number(parsed.args[1])]!
    }
  }

  for (const [rule, how, edit] of BROKEN)
    it(`${rule}: ${how}`, async () => {
      const bytes = Uint8Array.from(descriptor)
      edit(new DataView(bytes.buffer))
      assert.equal(await refusal(bytes), rule)
      // The definition refuses it too.
      assert.throws(() => validateProgram({ ...program, steps: [...head, decodeStep(bytes)] }), ProgramError)
    })

  for (const [rule, how, step] of brokenSteps())
    it(`${rule}: ${how}`, async () => {
      assert.equal(await refusal(encodeStep(step)), rule)
      assert.throws(() => validateProgram({ ...program, steps: [...head, step] }), ProgramError)
    })

  it('Length: every truncation', async () => {
    for (let length = 0; length < descriptor.length; length += 16) {
      const expected = length === 0 ? 'StepsMissing' : 'Length'
      assert.equal(await refusal(descriptor.subarray(0, length)), expected, `${length} bytes`)
    }
  })

  it('has an example of each', () => {
    const shown = new Set<string>([...BROKEN, ...brokenSteps()].map(([rule]) => rule))
    assert.deepEqual(
      RULES.filter((rule) => !shown.has(rule)),
      ['Length'],
    )
  })

  it('breaks none as it is', async () => {
    assert.equal(await refusal(descriptor), 'accepted')
    validateProgram(program)
  })
})
