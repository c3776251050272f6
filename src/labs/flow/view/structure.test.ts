import { describe, expect, it } from 'vitest'
import type { ActView } from '../../../engine/api.ts'
import type { PartView } from '../contract.ts'
import { firstActNaming, freeName, headerOf, withHeader } from './structure.ts'

const part = (name: string, kind: PartView['kind'], variant = 0) =>
  ({ name: variant === 0 ? name : `${name}.b`, part: name, kind, variant }) as PartView

const act = (line: string, done = true): ActView => ({ atUs: 0, line, done })
const PARTS = [part('web', 'source'), part('api', 'stage'), part('db', 'stage')]
const pipe = (from: string, to: string) => ({ from, to, grant: 'open', credit: null })

describe('the header of a structure', () => {
  it('has the pipes of the beginning: those of now before every act on pipes', () => {
    const now = [pipe('web', 'api'), pipe('web', 'db')]
    const acts = [act('disconnect api db'), act('connect web db'), act('connect api web', false)]
    expect(headerOf({ parts: PARTS, pipes: now }, acts)).toEqual({
      parts: { source: ['web'], stage: ['api', 'db'], sender: [], receiver: [] },
      pipes: ['web>api', 'api>db'],
    })
  })

  it('is that of the first copy', () => {
    const parts = [...PARTS, part('web', 'source', 1), part('api', 'stage', 1)]
    const pipes = [pipe('web.a', 'api.a'), pipe('web.b', 'api.b')]
    expect(headerOf({ parts, pipes }, [act('disconnect api.b db.b')]).pipes).toEqual(['web>api'])
  })

  it('replaces what a text said of it, and nothing else', () => {
    const text = '# Title\nlab flow\nseed 7\nset stages api\nset delay 5ms\nat 0s load web poisson 5/s\n'
    const header = {
      parts: { source: ['web'], stage: ['api', 'stage1'], sender: [], receiver: [] },
      pipes: ['web>api'],
    }
    expect(withHeader(text, header)).toBe(
      '# Title\nlab flow\nseed 7\nset sources web\nset stages api stage1\nset senders -\nset receivers -\n' +
        'set pipes web>api\nset delay 5ms\nat 0s load web poisson 5/s\n',
    )
  })
})

describe('names', () => {
  it('are free', () => {
    expect(freeName('stage', new Set(['stage1', 'stage3']))).toBe('stage2')
  })

  it('are found in acts, also of one copy, but not inside of other words', () => {
    const text = 'set stages api\nat 0s load web poisson 5/s\nat 1s queue api.b 5 block\nat 2s connect web apis\n'
    expect(firstActNaming(text, 'api')).toBe('at 1s queue api.b 5 block')
    expect(firstActNaming(text, 'apis')).toBe('at 2s connect web apis')
    expect(firstActNaming(text, 'db')).toBeNull()
  })
})
