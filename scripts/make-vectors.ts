// Writes test/vectors/macros.json: run it only when a macro's meaning changes, and say why in the commit.
import { writeFileSync } from 'node:fs'
import { macroCase } from '@plumbline/runtime'
import { vectorOf, vectorsFile } from '../test/support/vectors.ts'

const CASES = 72
const vectors = Array.from({ length: CASES }, (_, i) => vectorOf(macroCase(i), i))
writeFileSync(vectorsFile, `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`)
