/** Assertions stay on in production: a broken assumption must stop the run, not colour it. */

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws {@link AssertionError} when `condition` is false. Give a literal message: it is only built into a string on failure. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** For the `default` of a `switch` over a union: the compiler proves that no variant is forgotten. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`)
}

/** `value`, asserted to be neither undefined nor null. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`missing ${what}`)
  return value
}
