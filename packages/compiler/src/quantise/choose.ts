import { type DataType, dtypeMax, numel } from '@plumbline/ir'
import { ModelError, operatorOf, type Range } from '@plumbline/ops'
import { type Histogram, pickRange, type RangeRule } from '../calibrate/range.ts'
import { consumersOf, type TypedGraph } from '../graph/graph.ts'
import type { TensorRecipe } from '../recipe.ts'
import { type TensorClass, tensorClasses } from './classes.ts'
import { classKey } from './precision.ts'

/** Results this small cost nothing in 16 bits, and near ties between classes survive. */
const WIDE_OUTPUT = 4096

/** 16 bits have levels to spare, so values beyond those seen get room instead of being cut off. */
const HEADROOM = 2

/** Data type and range of every tensor, from histograms of the tensors that are computed. */
export function chooseTensors(
  graph: TypedGraph,
  histograms: ReadonlyMap<string, Histogram>,
  rule: RangeRule,
  fixed: ReadonlySet<string>,
  wide: ReadonlySet<string> = new Set(),
): Readonly<Record<string, TensorRecipe>> {
  const result: Record<string, TensorRecipe> = {}
  for (const group of tensorClasses(graph, fixed)) {
    if (graph.facts.get(group.members[0]!)!.type !== 'float') {
      for (const name of group.members) result[name] = WHOLE
      continue
    }
    const dtype = wide.has(classKey(group)) ? 'i16' : chooseType(graph, group, fixed)
    const range = union(group.sources.map((name) => rangeFor(dtype, histograms, rule, name)))
    for (const name of group.members) result[name] = { dtype, ...range }
  }
  return result
}

/** Indices are no measurements: one level a number. */
const WHOLE: TensorRecipe = { dtype: 'i16', low: 0, high: dtypeMax('i16') }

const union = (ranges: readonly Range[]): Range => ({
  low: Math.min(0, ...ranges.map(({ low }) => low)),
  high: Math.max(0, ...ranges.map(({ high }) => high)),
})

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
    (consumers.get(name) ?? []).some(
      (node) => !names.has(node.outputs[0]!) || !operatorOf(node.type)?.keepsValues,
    ),
  )
  return isOutput && small && !isInput && !readElsewhere ? 'i16' : 'u8'
}

function rangeFor(
  dtype: DataType,
  histograms: ReadonlyMap<string, Histogram>,
  rule: RangeRule,
  name: string,
): Range {
  const histogram = histograms.get(name)!
  if (!Number.isFinite(histogram.low) || !Number.isFinite(histogram.high))
    throw new ModelError(
      'RANGE_INVALID',
      `tensor '${name}' is not finite on the calibration samples, so it has no range to quantise`,
      { tensor: name },
    )
  if (dtype === 'u8') return pickRange(rule, histogram)
  const { low, high } = pickRange('minmax', histogram)
  return { low: low * HEADROOM, high: high * HEADROOM }
}
