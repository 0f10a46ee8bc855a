import type { Backend } from '../backend.ts'
import { checkInputs } from '../model/ports.ts'
import { runReference } from './run.ts'

/** The definition itself: slow. */
export const referenceBackend: Backend = {
  name: 'reference',
  load: (model) =>
    Promise.resolve({
      run: (inputs) => {
        checkInputs(model.manifest.inputs, inputs)
        const tensors = runReference(model.program, model.constants, inputs)
        return Promise.resolve(model.program.outputs.map((step) => tensors[step]!))
      },
      close: () => Promise.resolve(),
    }),
}
