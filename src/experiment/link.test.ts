import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { deflateSync } from 'fflate'
import { describe, expect, it, test } from 'vitest'
import { micros } from '../base/brand.ts'
import { below, draw, streamKey } from '../base/prng.ts'
import { anyExperiment } from './arbitrary.test-helper.ts'
import { decodeLink, encodeLink, LINK_MAX, type LinkContent, upgrade } from './link.ts'
import { parse, TEXT_MAX } from './parser.ts'
import { print } from './printer.ts'
import { languages, TOY } from './toy.test-helper.ts'

function query(content: LinkContent): string {
  const link = encodeLink(content)
  if (link.kind !== 'link') throw new Error(`too long: ${link.length}`)
  return link.query
}

/** A link made without our encoder. */
const foreign = (text: string | Uint8Array): string => `x=1.${deflateRawSync(text).toString('base64url')}`

describe('a link', () => {
  it('brings back what it was made from', () => {
    const id = fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: undefined })
    const at = fc.option(fc.nat(1_000_000_000).map(micros), { nil: undefined })
    fc.assert(
      fc.property(anyExperiment(TOY), at, id, id, (experiment, time, lesson, step) => {
        const content: LinkContent = {
          text: print(experiment, TOY),
          ...(time === undefined ? {} : { at: time }),
          ...(lesson === undefined ? {} : { lesson }),
          ...(step === undefined ? {} : { step }),
        }
        const link = encodeLink(content)
        if (link.kind === 'too-long') expect(link.length).toBeGreaterThan(LINK_MAX)
        else expect(decodeLink(link.query)).toEqual({ ok: true, value: content })
      }),
    )
  })

  it('is raw deflate in base64url behind the format version: zlib reads it', () => {
    const text = 'lab toy\nseed 42\nat 1s note Grüße 👋\n'
    const made = query({ text, at: micros(3_200_000), lesson: 'the leader & co' })
    expect(made).toMatch(/^x=1\.[A-Za-z0-9_-]+&t=3\.2s&lesson=the%20leader%20%26%20co$/)
    const packed = made.slice('x=1.'.length, made.indexOf('&'))
    expect(inflateRawSync(Buffer.from(packed, 'base64url')).toString('utf8')).toBe(text)
    expect(decodeLink(`?${foreign(text)}&unknown=1`)).toEqual({ ok: true, value: { text } })
  })

  it('too long to be sent is none', () => {
    // Random letters hardly become shorter.
    const stream = streamKey(1, 'letters')
    const hard = Array.from({ length: 9_000 }, (_, i) => below(draw(stream, i), 36).toString(36)).join('')
    const link = encodeLink({ text: hard })
    expect(link).toEqual({ kind: 'too-long', length: expect.any(Number) })
    if (link.kind === 'too-long') expect(link.length).toBeGreaterThan(LINK_MAX)
  })
})

describe('a bad link is refused with a sentence', () => {
  const good = foreign('lab toy\n')
  test.each([
    ['', /carries no experiment/],
    ['t=3s', /carries no experiment/],
    ['x=', /damaged/],
    ['x=1', /damaged/],
    ['x=1.***', /damaged/],
    [`x=1.${good.slice(4, -4)}`, /damaged/],
    ['x=0.AAAA', /format 0/],
    [good.replace('1.', '2.'), /format 2.*up to 1/],
    [`${good}&t=soon`, /instant/],
    [`${good}&t=%`, /instant/],
    [`x=1.${'A'.repeat(LINK_MAX)}`, /characters/],
  ])('%s', (text, reason) => {
    const result = decodeLink(text)
    expect(result.ok).toBe(false)
    if (!result.ok) expect(result.error).toMatch(reason)
  })

  it('a bomb is not read', () => {
    const bomb = foreign(new Uint8Array(4_000_000).fill(35))
    expect(bomb.length).toBeLessThan(LINK_MAX)
    expect(decodeLink(bomb)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/4000000 characters; at most 262144/),
    })
    const full = foreign('#'.repeat(TEXT_MAX))
    expect(decodeLink(full).ok).toBe(true)
    expect(decodeLink(foreign('#'.repeat(TEXT_MAX + 1))).ok).toBe(false)
  })

  it('and never thrown at, up to the parser', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data).toString('base64url'))
    const flipped = fc.tuple(anyExperiment(TOY), fc.nat(), fc.nat(7)).map(([experiment, where, bit]) => {
      const data = deflateSync(Buffer.from(print(experiment, TOY)))
      data[where % data.length]! ^= 1 << bit
      return Buffer.from(data).toString('base64url')
    })
    const queries = fc.oneof(
      fc.string({ unit: 'binary' }),
      bytes.map((packed) => `x=1.${packed}`),
      flipped.map((packed) => `x=1.${packed}`),
    )
    fc.assert(
      fc.property(queries, (text) => {
        const link = decodeLink(text)
        if (link.ok) expect(typeof parse(link.value.text, languages).ok).toBe('boolean')
        else expect(link.error).not.toBe('')
      }),
      { numRuns: 500 },
    )
  })
})

describe('upgrades', () => {
  const steps = new Map([
    [1, (text: string) => `${text} two`],
    [2, (text: string) => `${text} three`],
  ])

  it('go one version at a time', () => {
    expect(upgrade('one', 1, 3, steps)).toBe('one two three')
    expect(upgrade('two', 2, 3, steps)).toBe('two three')
    expect(upgrade('three', 3, 3, steps)).toBe('three')
  })

  it('have no gap', () => {
    expect(() => upgrade('one', 1, 4, steps)).toThrow('upgrade from format 3')
  })
})
