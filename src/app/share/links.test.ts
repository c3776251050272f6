import { describe, expect, it } from 'vitest'
import { decodeLink } from '../../experiment/link.ts'
import { parseRoute } from '../routes.ts'
import { shareLink } from './links.ts'

const page = 'https://example.org/lab/'
const text = 'lab raft\nseed 7\nat 1s kill n1\n'

describe('shareLink', () => {
  it('leads back to the same text and instant', () => {
    const shared = shareLink(page, 'raft', text, 3_200_000)
    if (shared.kind !== 'link') throw new Error('no link')
    expect(shared.address.startsWith(`${page}#/raft?`)).toBe(true)
    const route = parseRoute(shared.address.slice(page.length), ['raft'])
    expect(route.kind === 'lab' && decodeLink(route.link ?? '')).toEqual({ ok: true, value: { text, at: 3_200_000 } })
  })

  it('embeds with escaped ampersands', () => {
    const shared = shareLink(page, 'raft', text, 3_200_000)
    expect(shared.kind === 'link' && shared.embed).toMatch(
      /src="https:\/\/example\.org\/lab\/#\/raft\/embed\?x=[^"&]+&amp;t=3\.2s"/,
    )
  })

  it('says that a text is too long for a link', () => {
    let seed = 1
    const noise = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed.toString(36)
    }
    const long = Array.from({ length: 2_000 }, (_, line) => `at ${line}s client c1 put ${noise()} ${noise()}`).join(
      '\n',
    )
    expect(shareLink(page, 'raft', long, 0)).toMatchObject({ kind: 'too-long', most: 6_144 })
  })
})
