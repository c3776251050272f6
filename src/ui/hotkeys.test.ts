import { describe, expect, it } from 'vitest'
import { keyNames, matches } from './hotkeys.ts'

const press = (key: string, modifiers: { ctrl?: boolean; meta?: boolean; shift?: boolean; alt?: boolean } = {}) => ({
  key,
  ctrlKey: modifiers.ctrl ?? false,
  metaKey: modifiers.meta ?? false,
  shiftKey: modifiers.shift ?? false,
  altKey: modifiers.alt ?? false,
})

describe('matches', () => {
  it.each([
    ['Space', press(' ')],
    ['b', press('b')],
    ['b', press('B')],
    ['ArrowRight', press('ArrowRight')],
    ['Shift+ArrowRight', press('ArrowRight', { shift: true })],
    ['Mod+K', press('k', { ctrl: true })],
    ['Mod+K', press('k', { meta: true })],
    ['Mod+Shift+Z', press('Z', { ctrl: true, shift: true })],
    ['?', press('?', { shift: true })],
    ['+', press('+', { shift: true })],
  ])('%s is pressed', (keys, event) => {
    expect(matches(keys, event)).toBe(true)
  })

  it.each([
    ['ArrowRight', press('ArrowRight', { shift: true })],
    ['Shift+ArrowRight', press('ArrowRight')],
    ['k', press('k', { ctrl: true })],
    ['Mod+K', press('k')],
    ['Mod+Z', press('z', { ctrl: true, shift: true })],
    ['b', press('b', { alt: true })],
    ['b', press('b', { shift: true })],
  ])('%s is another key', (keys, event) => {
    expect(matches(keys, event)).toBe(false)
  })
})

describe('keyNames', () => {
  it('names every cap', () => {
    expect(keyNames('Shift+ArrowRight')).toEqual(['Shift', '→'])
    expect(keyNames('b')).toEqual(['B'])
    expect(keyNames('+')).toEqual(['+'])
  })
})
