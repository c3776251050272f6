/** The nodes of a cluster need no patterns. */
export function Defs() {
  return null
}
