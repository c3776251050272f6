import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The WCAG 2.2 formulas for relative luminance and contrast. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [red, green, blue] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light! + 0.05) / (dark! + 0.05)
}

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

function themeTokens(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]+)\\}`).exec(css)?.[1] ?? ''
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1]!, found[2]!]))
}

const surfaces = ['--surface-0', '--surface-1', '--surface-2']
const text = ['--ink', '--ink-2', '--ink-3', '--accent', '--good', '--warn', '--bad']
const terms = [0, 1, 2, 3, 4, 5, 6].map((term) => `--term-${term}`)
const marks = [...terms, '--line-strong', '--focus', '--node-ring', '--message-app', '--message-vote', '--message-snap']

describe.each(['dark', 'light', 'projector'])('theme %s', (theme) => {
  const tokens = themeTokens(theme)
  const between = (one: string, other: string) => contrast(tokens.get(one)!, tokens.get(other)!)

  it('text reaches 4.5:1 on every surface', () => {
    const weak = text.flatMap((ink) =>
      surfaces.filter((surface) => between(ink, surface) < 4.5).map((s) => `${ink} on ${s}`),
    )
    expect(weak).toEqual([])
  })

  it('marks and outlines of controls reach 3:1 on the surfaces they stand on', () => {
    const weak = marks.flatMap((mark) =>
      ['--surface-0', '--surface-1'].filter((surface) => between(mark, surface) < 3).map((s) => `${mark} on ${s}`),
    )
    expect(weak).toEqual([])
  })

  it('text on colour reaches 4.5:1', () => {
    const pairs = [
      ['--accent-ink', '--accent'],
      ['--ink', '--accent-soft'],
      ['--ink', '--bad-soft'],
    ].concat(terms.map((term, index) => [`--term-ink-${index}`, term]))
    expect(pairs.filter(([ink, ground]) => between(ink!, ground!) < 4.5)).toEqual([])
  })
})
