import { micros } from '../../base/brand.ts'
import { encodeLink, LINK_MAX } from '../../experiment/link.ts'

/** The link to a run: its address, or why there is none. */
export type ShareLink =
  | { readonly kind: 'link'; readonly address: string; readonly embed: string }
  | { readonly kind: 'too-long'; readonly length: number; readonly most: number }

/** `page` is the address of the site without its `#`. */
export function shareLink(page: string, lab: string, text: string, timeUs: number): ShareLink {
  const encoded = encodeLink({ text, ...(timeUs > 0 ? { at: micros(Math.round(timeUs)) } : {}) })
  if (encoded.kind === 'too-long') return { kind: 'too-long', length: encoded.length, most: LINK_MAX }
  return {
    kind: 'link',
    address: `${page}#/${lab}?${encoded.query}`,
    embed: embedCode(`${page}#/${lab}/embed?${encoded.query}`),
  }
}

/** What an author pastes into a page. */
function embedCode(address: string): string {
  const source = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return `<iframe src="${source}" title="Ballast experiment" width="100%" height="480" style="border:0" loading="lazy" allow="fullscreen"></iframe>`
}
