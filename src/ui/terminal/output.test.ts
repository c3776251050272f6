import { describe, expect, it } from 'vitest'
import { cells, createOutput, span, toAnsi } from './output.ts'

describe('output', () => {
  it('keeps the newest two thousand lines, numbered through', () => {
    const output = createOutput()
    for (let i = 0; i < 2_010; i++) output.write([span('plain', String(i))])
    expect(output.lines()).toHaveLength(2_000)
    expect(output.lines()[0]).toEqual({ id: 10, spans: [{ tone: 'plain', text: '10' }] })
  })

  it('tells its listeners, with a new array', () => {
    const output = createOutput()
    const seen: number[] = []
    const stop = output.subscribe(() => seen.push(output.lines().length))
    const before = output.lines()
    output.write([span('faint', 'a')], [span('faint', 'b')])
    output.clear()
    stop()
    output.write([span('faint', 'c')])
    expect(seen).toEqual([2, 0])
    expect(before).toEqual([])
  })

  it('never lets a text control the terminal', () => {
    expect(toAnsi([span('bad', 'a\x1b[2Jb'), span('plain', '\r\n')])).toBe('\x1b[31ma·[2Jb\x1b[0m··')
  })

  it('counts cells', () => {
    expect([cells('n1→n2'), cells('日本'), cells('e\u0301'), cells('🙂')]).toEqual([5, 4, 1, 2])
  })
})
