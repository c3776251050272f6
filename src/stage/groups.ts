import type { LinkView } from '../engine/api.ts'

/**
 * Who can still talk to whom: nodes joined by ways that are open in both directions, in the order of `nodes`. More than
 * one group only when no way at all leads from one to another in both directions; a one-way cut is drawn on its link.
 */
export function separatedGroups(nodes: readonly string[], links: readonly LinkView[]): readonly (readonly string[])[] {
  const cut = new Set(links.filter((link) => link.severed).map((link) => `${link.from}>${link.to}`))
  const open = (a: string, b: string) => !(cut.has(`${a}>${b}`) && cut.has(`${b}>${a}`))
  const left = new Set(nodes)
  const groups: string[][] = []
  for (const first of nodes) {
    if (!left.delete(first)) continue
    const group = [first]
    for (const member of group) {
      for (const other of nodes) if (left.has(other) && open(member, other) && left.delete(other)) group.push(other)
    }
    groups.push(nodes.filter((node) => group.includes(node)))
  }
  return groups
}

/** How a directed link differs from its default, for people: `30% lost, 5–20 ms`. Empty when only cut or clogged: those are drawn. */
export function linkCaption(
  link: LinkView,
  normalDelayUs: { readonly low: number; readonly high: number } | null,
): string {
  const parts: string[] = []
  if (link.lossPermille > 0) parts.push(`${link.lossPermille / 10}% lost`)
  if (link.duplicatePermille > 0) parts.push(`${link.duplicatePermille / 10}% twice`)
  if (link.reorderPermille > 0) parts.push(`${link.reorderPermille / 10}% late`)
  const { low, high } = link.delayUs
  if (normalDelayUs === null || low !== normalDelayUs.low || high !== normalDelayUs.high) {
    parts.push(low === high ? `${low / 1000} ms` : `${low / 1000}–${high / 1000} ms`)
  }
  return parts.join(', ')
}

/** The delay of a link that nobody changed; null when there is none to compare with. */
export function normalDelay(links: readonly LinkView[]): LinkView['delayUs'] | null {
  return links.find((link) => !link.changed)?.delayUs ?? null
}

/** More links than this with the same trouble are one fact about the network, not so many about links. */
const ALIKE_MAX = 12

/** What many links have in common, `42 links: 20% lost`, and the links that are worth a line of their own. */
export function commonTroubles(
  links: readonly LinkView[],
  normal: LinkView['delayUs'] | null,
): { readonly notes: readonly string[]; readonly single: readonly LinkView[] } {
  const faulty = links.filter((link) => link.changed || link.severed)
  const byCaption = new Map<string, LinkView[]>()
  for (const link of faulty) {
    const caption = link.severed || link.clog ? '' : linkCaption(link, normal)
    byCaption.set(caption, [...(byCaption.get(caption) ?? []), link])
  }
  const common = [...byCaption].filter(([caption, alike]) => caption !== '' && alike.length > ALIKE_MAX)
  const told = new Set(common.flatMap(([, alike]) => alike))
  return {
    notes: common.map(([caption, alike]) => `${alike.length} links: ${caption}`),
    single: faulty.filter((link) => !told.has(link)),
  }
}
