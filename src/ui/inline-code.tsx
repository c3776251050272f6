import type { ReactNode } from 'react'

/** A sentence in which `backticks` mark what is typed literally. */
export function InlineCode({ text }: { readonly text: string }): ReactNode {
  // Odd pieces stand between backticks; the pieces of one sentence never move.
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return text.split('`').map((piece, index) => (index % 2 === 1 ? <code key={index}>{piece}</code> : piece))
}
