import type { Reply } from '../reply.ts'

/** An error reply on its way out of a data command, which has changed nothing yet. Every command of the table is guarded by a catch. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(readonly reply: Reply) {
    super(reply.kind === 'error' ? reply.text : reply.kind)
  }
}
