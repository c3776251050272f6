import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeLine, emptyLine, type Key, type Line, press, readKeys } from './line.ts'

/** The line after typing; `|` in the result stands for the cursor. */
function type(data: string, from: Line = emptyLine([])): Line {
  return readKeys(data).reduce((line, key) => press(line, key).line, from)
}
const show = ({ text, cursor }: Line) => `${text.slice(0, cursor)}|${text.slice(cursor)}`

const LEFT = '\x1b[D'
const UP = '\x1b[A'
const DOWN = '\x1b[B'

describe('editing', () => {
  it.each([
    ['inserts at the cursor', `kil n1${LEFT}${LEFT}${LEFT}l`, 'kill| n1'],
    ['stops at both ends', `ab${LEFT.repeat(5)}x\x1b[C\x1b[C\x1b[C\x1b[Cy`, 'xaby|'],
    ['goes to the beginning and the end (Ctrl+A, Ctrl+E)', 'bc\x01a\x05d', 'abcd|'],
    ['knows Home, End and Delete', 'abc\x1b[H\x1b[3~\x1b[F!', 'bc!|'],
    ['cuts to the end (Ctrl+K) and puts it back (Ctrl+Y)', `heal now${LEFT.repeat(4)}\x0b\x01\x19`, ' now|heal'],
    ['cuts to the beginning (Ctrl+U)', `kill n1${LEFT.repeat(2)}\x15`, '|n1'],
    ['cuts a word (Ctrl+W)', 'partition n1 n2 \x17', 'partition n1 |'],
    ['jumps over words', 'one two three\x1b[1;5D\x1b[1;5Dx', 'one x|two three'],
    ['takes back one character, of any width', 'a🙂\x7f\x7f', '|'],
    ['steps over a character of two units at once', `a🙂b${LEFT}${LEFT}x`, 'ax|🙂b'],
  ])('%s', (_, data, expected) => {
    expect(show(type(data))).toBe(expected)
  })

  it('never leaves the cursor outside of the line or inside of a character', () => {
    const key = fc.constantFrom<Key>(
      { kind: 'insert', text: 'a' },
      { kind: 'insert', text: '🙂 ' },
      { kind: 'left' },
      { kind: 'right' },
      { kind: 'up' },
      { kind: 'down' },
      { kind: 'word-left' },
      { kind: 'word-right' },
      { kind: 'home' },
      { kind: 'end' },
      { kind: 'backspace' },
      { kind: 'delete' },
      { kind: 'cut-to-end' },
      { kind: 'cut-to-start' },
      { kind: 'cut-word' },
      { kind: 'yank' },
      { kind: 'enter' },
      { kind: 'interrupt' },
    )
    fc.assert(
      fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
        let line = emptyLine(['old 🙂'])
        for (const each of keys) line = press(line, each).line
        expect(line.cursor).toBeGreaterThanOrEqual(0)
        expect(line.cursor).toBeLessThanOrEqual(line.text.length)
        expect(line.text.isWellFormed()).toBe(true)
        expect(line.text.slice(0, line.cursor).isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('history', () => {
  it('goes back and forth and keeps the line that was begun', () => {
    const line = type('new', emptyLine(['first', 'second']))
    expect(type(UP, line).text).toBe('second')
    expect(type(UP + UP, line).text).toBe('first')
    expect(type(UP + UP + UP, line).text).toBe('first')
    expect(type(UP + UP + DOWN + DOWN, line).text).toBe('new')
    expect(type(UP + DOWN + DOWN, line).text).toBe('new')
  })

  it('takes a line once, and no blank one', () => {
    expect(type('a\r  \ra\rb\r').history).toEqual(['a', 'b'])
  })

  it('submits every line of what is pasted', () => {
    const sent: string[] = []
    let line = emptyLine([])
    for (const key of readKeys('kill n1\r\nheal\rres')) {
      const { line: next, effect } = press(line, key)
      line = next
      if (effect?.kind === 'submit') sent.push(effect.line)
    }
    expect(sent).toEqual(['kill n1', 'heal'])
    expect(line.text).toBe('res')
  })
})

describe('readKeys', () => {
  it('drops what it does not know instead of typing it', () => {
    expect(readKeys('\x1b[15~a\x00\x1b[99;9Zb')).toEqual([
      { kind: 'insert', text: 'a' },
      { kind: 'insert', text: 'b' },
    ])
  })

  it('gives editing effects their names', () => {
    expect(press(type('x'), { kind: 'interrupt' })).toMatchObject({ line: { text: '' }, effect: { kind: 'interrupt' } })
    expect(press(type('x'), { kind: 'clear' })).toMatchObject({ line: { text: 'x' }, effect: { kind: 'clear' } })
    expect(press(type('x'), { kind: 'tab' }).effect).toEqual({ kind: 'complete' })
  })
})

describe('completeLine', () => {
  const reply = (from: number, to: number, ...texts: string[]) => ({
    from,
    to,
    hint: '',
    candidates: texts.map((text) => ({ text, help: '' })),
  })

  it('takes the only candidate and a blank behind it, if the word is whole', () => {
    expect(show(completeLine(type('ki'), reply(0, 2, 'kill'))!.line)).toBe('kill |')
    expect(show(completeLine(type('link n'), reply(5, 6, 'n1>'))!.line)).toBe('link n1>|')
  })

  it('goes as far as all agree, then lists them', () => {
    const once = completeLine(type('re'), reply(0, 2, 'restart', 'resume', 'reset'))!
    expect(once).toMatchObject({ line: { text: 'res' }, list: false })
    expect(completeLine(once.line, reply(0, 3, 'restart', 'resume', 'reset'))).toMatchObject({
      line: { text: 'res' },
      list: true,
    })
  })

  it('does nothing when nothing fits', () => {
    expect(completeLine(type('zz'), reply(0, 2))).toBeNull()
  })
})
