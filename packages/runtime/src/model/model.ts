import { programRoot, tensorRoot } from '@plumbline/commitments'
import { type Constants, type Hash, type Program, ProgramError } from '@plumbline/ir'
import {
  type ExpandedProgram,
  expandMacros,
  macroKind,
  type MacroList,
  ModelError,
  outputTypes,
} from '@plumbline/ops'
import type { Manifest } from './manifest.ts'

/** A model ready to run: its program is the expansion of its macros, and has the root that the manifest names. */
export interface Model {
  readonly manifest: Manifest
  readonly program: Program
  readonly expanded: ExpandedProgram
  readonly constants: Constants
}

export const macroList = (manifest: Manifest): MacroList => ({
  inputs: manifest.inputs.map(({ dtype, shape }) => ({ dtype, shape })),
  macros: manifest.macros,
  outputs: manifest.outputValues,
})

/**
 * A model from its parts, checked: every constant has its root, the macros expand to the program root, accumulators
 * stay within what exact kernels hold, and declared outputs are the program's.
 * @throws ModelError CONSTANT_MISSING, CONSTANT_WRONG, PROGRAM_MISMATCH, ACCUMULATOR_OVERFLOW
 */
export function assembleModel(
  manifest: Manifest,
  constants: Constants,
  registered: Hash = manifest.programRoot,
): Model {
  for (const { root, byteLength } of manifest.constants) {
    const bytes = constants.get(root)
    if (bytes === undefined)
      throw new ModelError('CONSTANT_MISSING', `constant ${root} of ${byteLength} bytes is missing`, { root })
    if (bytes.byteLength !== byteLength || tensorRoot(bytes) !== root)
      throw new ModelError('CONSTANT_WRONG', `constant ${root}: its bytes do not have this root and length`, {
        root,
      })
  }
  const expanded = expandDeclared(manifest)
  const root = programRoot(expanded.program)
  if (root !== registered || root !== manifest.programRoot)
    throw new ModelError(
      'PROGRAM_MISMATCH',
      `the macros expand to program ${root}, not to ${root === registered ? manifest.programRoot : registered}`,
      { root, registered, declared: manifest.programRoot },
    )
  checkOutputs(manifest, expanded)
  checkBounds(manifest, expanded, constants)
  return { manifest, program: expanded.program, expanded, constants }
}

/** Macros come from whoever wrote the manifest: what is missing or of another type in them must not look like a bug. */
function expandDeclared(manifest: Manifest): ExpandedProgram {
  try {
    return expandMacros(macroList(manifest))
  } catch (error) {
    if (error instanceof ModelError || error instanceof ProgramError) throw error
    throw new ModelError(
      'MANIFEST_MALFORMED',
      `manifest: its macros do not expand: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function checkOutputs(manifest: Manifest, expanded: ExpandedProgram): void {
  outputTypes(macroList(manifest), expanded).forEach(({ dtype, shape }, i) => {
    const declared = manifest.outputs[i]
    if (declared?.dtype !== dtype || declared.shape.join() !== shape.join())
      throw new ModelError(
        'MANIFEST_MALFORMED',
        `output ${i} is ${dtype} [${shape.join(', ')}], the manifest says otherwise`,
        {
          output: i,
        },
      )
  })
}

/** Lowerings are exact only while accumulators fit; a node refuses to serve what does not. */
function checkBounds(manifest: Manifest, expanded: ExpandedProgram, constants: Constants): void {
  for (const macro of manifest.macros) {
    const kind = macroKind(macro)
    for (const constant of kind.constants?.(macro) ?? [])
      if (!((constants.get(constant.root)?.byteLength ?? 0) >= constant.byteLength))
        throw new ModelError('CONSTANT_MISSING', `constant ${constant.root} is not listed in the manifest`, {
          ...constant,
        })
    const inputs = macro.inputs.map((id) => expanded.values[id]!)
    const bound = kind.bound?.(macro, inputs, constants)
    if (bound && !(bound.magnitude < bound.limit))
      throw new ModelError(
        'ACCUMULATOR_OVERFLOW',
        `${macro.node}: ${bound.where} can reach ${bound.magnitude}, beyond ${bound.limit}`,
        { node: macro.node },
      )
  }
}
