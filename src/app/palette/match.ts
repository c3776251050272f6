/** How well an entry fits what was typed: every word must occur; what begins with it comes first. 0 hides the entry. */
export function score(entry: string, typed: string): number {
  const text = entry.toLowerCase()
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (!words.every((word) => text.includes(word))) return 0
  const first = words[0] ?? ''
  const begins = text.split(/[^\p{L}\p{N}]+/u).findIndex((word) => word.startsWith(first))
  return begins < 0 ? 0.1 : 1 / (1 + begins)
}

/** The part of a usage that is typed as it stands: `step message` all of it, `client CLIENT put KEY` only `client`. */
export function fixedPart(usage: string): { readonly fixed: string; readonly complete: boolean } {
  const words = usage.split(' ')
  const variable = words.findIndex((word) => !/^[a-z-]+$/.test(word))
  return variable < 0
    ? { fixed: usage, complete: true }
    : { fixed: words.slice(0, variable).join(' '), complete: optionalFrom(words, variable) }
}

/** Whether everything from there on may be left out: `step [EVENT]` is complete as `step`. */
function optionalFrom(words: readonly string[], from: number): boolean {
  return words[from]?.startsWith('[') === true && words.at(-1)?.endsWith(']') === true
}
