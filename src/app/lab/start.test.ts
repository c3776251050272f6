import { describe, expect, it } from 'vitest'
import { parseRoute } from '../routes.ts'
import { chooseStart, readSaved, type Saved, type Start } from './start.ts'

const saved = (hash: string): Saved => ({ text: 'lab raft', timeUs: 5, hash })
const link = '#/raft?x=1.abc'

describe('what a lab opens', () => {
  it.each<[string, string, Saved | null, boolean, Start]>([
    ['a first visit', '#/raft', null, false, { kind: 'first' }],
    ['a return', '#/raft', saved(link), false, { kind: 'saved', saved: saved(link) }],
    ['a link', link, saved('#/raft'), false, { kind: 'link', link: 'x=1.abc' }],
    ['a link again', link, saved(link), false, { kind: 'link', link: 'x=1.abc' }],
    ['a reload of a link', link, saved(link), true, { kind: 'saved', saved: saved(link) }],
    ['a reload after another experiment', link, saved('#/raft'), true, { kind: 'link', link: 'x=1.abc' }],
    ['a scenario', '#/raft/s/x', saved('#/raft'), true, { kind: 'scenario', scenario: 'x' }],
    ['a reload of a scenario', '#/raft/s/x', saved('#/raft/s/x'), true, { kind: 'saved', saved: saved('#/raft/s/x') }],
    ['a lesson', '#/raft/lesson/a/3', saved('#/raft/lesson/a/3'), true, { kind: 'lesson', lesson: 'a', step: 2 }],
    ['a figure', '#/raft/embed?x=1.abc', saved('#/raft'), true, { kind: 'link', link: 'x=1.abc' }],
    ['a figure without experiment', '#/raft/embed', saved('#/raft'), true, { kind: 'first' }],
  ])('%s', (_, hash, kept, reloaded, start) => {
    const route = parseRoute(hash, ['raft'])
    expect('lab' in route && chooseStart(route, hash, kept, reloaded)).toEqual(start)
  })
})

it.each([null, 'x', {}, { text: 'lab raft', hash: '#/raft', timeUs: 'soon' }])(
  'reads %j as nothing saved',
  (stored) => {
    expect(readSaved(stored)).toBeNull()
  },
)
