// Integer against float32, on samples that calibration never saw. Models of the shared folder are left out where absent.
import { join } from 'node:path'
import { readKeys } from '../data/ocr.ts'
import { compileModel, readModelFile } from '@plumbline/compiler'
import { facesFound, linesRead, maskOverlap, peakSignalToError, sameAnswers } from '../data/measures.ts'
import { presentModels, sharedFolder, ZOO, type ZooModel } from '../data/zoo.ts'
import type { Row } from '../lib/bench-row.ts'

/** Points of 100 that top-1 accuracy may fall, and the least share of equal answers. */
const TARGETS: Readonly<Record<string, { readonly lost: number; readonly agreement: number }>> = {
  digits: { lost: 0.1, agreement: 99 },
  'mnist-12': { lost: 0.1, agreement: 99 },
  'cifar10-resnet-4b': { lost: 0.7, agreement: 97 },
  'cifar10-vit': { lost: 1, agreement: 96 },
  // Two photos of 150.
  squeezenet: { lost: 200 / 150, agreement: 94 },
}

export async function run(): Promise<readonly Row[]> {
  const present = presentModels()
  for (const { name, file } of ZOO.filter((model) => !present.includes(model)))
    console.log(`${name}: left out, ${file} or its data is not there`)
  const rows: Row[] = []
  for (const model of present) rows.push(...(await measure(model)))
  return rows
}

async function measure(zoo: ZooModel): Promise<readonly Row[]> {
  const samples = await zoo.samples()
  const started = performance.now()
  const { model, report } = await compileModel(await readModelFile(zoo.file), { ...zoo.options, samples })
  const seconds = (performance.now() - started) / 1000
  const accuracy = report.accuracy!
  const row = (
    metric: string,
    value: number,
    unit: string,
    target: string | null,
    met: boolean | null,
  ): Row => ({
    bench: 'accuracy',
    case: zoo.name,
    metric,
    value,
    unit,
    target,
    met,
  })
  const rows = [
    row('samples', accuracy.samples, '', null, null),
    row('compile and evaluate', seconds, 's', null, null),
    row('signal to error', accuracy.signalToError, 'dB', null, null),
  ]
  const target = TARGETS[zoo.name]
  if (target && accuracy.float !== null && accuracy.integer !== null) {
    const lost = 100 * (accuracy.float - accuracy.integer)
    const agreement = 100 * accuracy.agreement
    rows.push(
      row('float top-1', 100 * accuracy.float, '%', null, null),
      row('integer top-1', 100 * accuracy.integer, '%', null, null),
      row('points lost', lost, 'points', `at most ${target.lost.toFixed(2)}`, lost <= target.lost + 1e-9),
      row('agreement', agreement, '%', `at least ${target.agreement}`, agreement >= target.agreement),
    )
  }
  if (zoo.name === 'llama') {
    const same = 100 * (await sameAnswers(zoo, model, samples, 'logits'))
    rows.push(row('next-token agreement', same, '%', 'at least 98.5', same >= 98.5))
  }
  if (zoo.name === 'ppocrv4-rec') {
    const keys = readKeys(join(sharedFolder, 'data/ocr/ppocr_keys_v1.txt'))
    const { lines, alike, difference } = await linesRead(zoo, model, samples, keys)
    rows.push(row('lines read alike', alike, `of ${lines}`, 'all', alike === lines))
    rows.push(row('characters that differ', 100 * difference, '%', 'at most 1', difference <= 0.01))
  }
  if (zoo.name === 'ppocrv4-det') {
    const overlapping = await maskOverlap(zoo, model, samples)
    rows.push(row('text mask IoU', overlapping, '', 'at least 0.97', overlapping >= 0.97))
  }
  if (zoo.name === 'superres') {
    const decibels = await peakSignalToError(zoo, model, samples, 'output')
    rows.push(row('PSNR against float', decibels, 'dB', 'at least 45', decibels >= 45))
  }
  if (zoo.name === 'ultraface') {
    const { wanted, found } = await facesFound(zoo, model, samples)
    rows.push(row('faces found', found, `of ${wanted}`, 'all', found === wanted))
  }
  if (zoo.name === 'llama') {
    const same = 100 * (await sameAnswers(zoo, model, samples, 'logits'))
    rows.push(row('next-token agreement', same, '%', 'at least 98.5', same >= 98.5))
  }
  return rows
}
