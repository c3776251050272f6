import { assert } from '../../../base/assert.ts'

/**
 * What was chosen, as the kind that its state is of. Who sets another choice starts its state anew: the state of one
 * mechanism means nothing to another.
 */
export function chosen<Choice extends { readonly kind: string }, Kind extends Choice['kind']>(
  choice: Choice,
  kind: Kind,
): Extract<Choice, { readonly kind: Kind }> {
  assert(choice.kind === kind, 'a choice and a state of the same kind')
  return choice as Extract<Choice, { readonly kind: Kind }>
}
