import { type DataType, numel } from '@plumbline/ir'
import { ModelError, type Range } from '@plumbline/ops'
import { consumersOf, type TypedGraph } from '../graph/graph.ts'
import type { TensorRecipe } from '../recipe.ts'
import { type TensorClass, tensorClasses } from './classes.ts'

/** Results this small cost nothing in 16 bits, and near ties between classes survive. */
const WIDE_OUTPUT = 4096

/** Data type and range of every tensor, from the estimated ranges of the tensors that are computed. */
export function chooseTensors(
  graph: TypedGraph,
  ranges: ReadonlyMap<string, Range>,
  fixed: ReadonlySet<string>,
): Readonly<Record<string, TensorRecipe>> {
  const result: Record<string, TensorRecipe> = {}
  for (const group of tensorClasses(graph, fixed)) {
    const known = group.sources.map((name) => knownRange(ranges, name))
    const range = {
      low: Math.min(0, ...known.map(({ low }) => low)),
      high: Math.max(0, ...known.map(({ high }) => high)),
    }
    const dtype = chooseType(graph, group, fixed)
    for (const name of group.members) result[name] = { dtype, ...range }
  }
  return result
}

function chooseType(
  graph: TypedGraph,
  { members, sources }: TensorClass,
  fixed: ReadonlySet<string>,
): DataType {
  const names = new Set(members)
  const consumers = consumersOf(graph.nodes)
  const isInput = graph.inputs.some(({ name }) => names.has(name)) || sources.some((name) => fixed.has(name))
  const small = members.every((name) => numel(graph.facts.get(name)!.shape) <= WIDE_OUTPUT)
  const isOutput = graph.outputs.some(({ tensor }) => names.has(tensor))
  const readElsewhere = members.some((name) =>
    (consumers.get(name) ?? []).some((node) => !names.has(node.outputs[0]!)),
  )
  return isOutput && small && !isInput && !readElsewhere ? 'i16' : 'u8'
}

function knownRange(ranges: ReadonlyMap<string, Range>, name: string): Range {
  const range = ranges.get(name)
  if (range === undefined || !Number.isFinite(range.low) || !Number.isFinite(range.high))
    throw new ModelError(
      'RANGE_INVALID',
      `tensor '${name}' is not finite on the calibration samples, so it has no range to quantise`,
      { tensor: name },
    )
  return range
}
