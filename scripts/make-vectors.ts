// Writes test/vectors/macros.json and steps.json: run it only when a meaning changes or a case is added, and say why in
// the commit. `make-vectors.ts steps` or `make-vectors.ts macros` writes one of them.
import { writeFileSync } from 'node:fs'
import { macroCase } from '@plumbline/runtime'
import { makeStepVectors, stepVectorsFile } from '../test/support/step-vectors.ts'
import { vectorOf, vectorsFile } from '../test/support/vectors.ts'

const MACROS = 72
const write = (file: URL, vectors: readonly unknown[]): void =>
  writeFileSync(file, `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`)

const only = process.argv[2]
if (only !== 'steps')
  write(
    vectorsFile,
    Array.from({ length: MACROS }, (_, i) => vectorOf(macroCase(i), i)),
  )
if (only !== 'macros') write(stepVectorsFile, makeStepVectors())
