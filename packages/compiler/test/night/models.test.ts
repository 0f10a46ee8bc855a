import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesRead, maskOverlap, sameAnswers } from '../../../../scripts/data/measures.ts'
import { readKeys } from '../../../../scripts/data/ocr.ts'
import { compareLowerings } from '../support/check.ts'
import { seeded } from '../support/random.ts'
import { needs, sharedPath } from '../support/shared.ts'
import { compiled, model } from '../support/zoo.ts'

test('llama: next tokens are those of float', needs(model('llama').file), async () => {
  const { model: result, report, samples } = await compiled('llama')
  const same = await sameAnswers(model('llama'), result, samples, 'logits')
  assert.ok(same >= 0.985, `${(100 * same).toFixed(2)}%; ${JSON.stringify(report.trials)}`)
  await compareLowerings(result, seeded(1), 2)
})

const ocrData = sharedPath('data', 'ocr', 'ppocr_keys_v1.txt')

test('ppocrv4 recognition reads what float reads', needs(model('ppocrv4-rec').file, ocrData), async () => {
  const { model: result, report, samples } = await compiled('ppocrv4-rec')
  const read = await linesRead(model('ppocrv4-rec'), result, samples, readKeys(ocrData))
  assert.equal(read.alike, read.lines, JSON.stringify(report.trials))
  assert.ok(read.difference <= 0.01, `${read.difference}`)
  await compareLowerings(result, seeded(1), 1)
})

test('ppocrv4 detection marks what float marks', needs(model('ppocrv4-det').file, ocrData), async () => {
  const { model: result, report, samples } = await compiled('ppocrv4-det')
  const overlap = await maskOverlap(model('ppocrv4-det'), result, samples)
  assert.ok(overlap >= 0.97, `${overlap}; ${JSON.stringify(report.trials)}`)
  await compareLowerings(result, seeded(1), 1)
})
