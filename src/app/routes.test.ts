import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRoute, type Route, routeHash, routeInText } from './routes.ts'

const labs = ['raft', 'flow']

describe('parseRoute', () => {
  it.each<[string, Route]>([
    ['', { kind: 'home' }],
    ['#/', { kind: 'home' }],
    ['#/raft', { kind: 'lab', lab: 'raft', link: null }],
    ['#raft', { kind: 'lab', lab: 'raft', link: null }],
    ['#/raft?x=1.abc-_&t=3.2s', { kind: 'lab', lab: 'raft', link: 'x=1.abc-_&t=3.2s' }],
    ['/raft?x=1abc', { kind: 'lab', lab: 'raft', link: 'x=1abc' }],
    ['#/raft/s/split-vote', { kind: 'scenario', lab: 'raft', scenario: 'split-vote' }],
    ['#/raft/lesson/commit-rule/3', { kind: 'lesson', lab: 'raft', lesson: 'commit-rule', step: 3 }],
    ['#/raft/lesson/commit-rule', { kind: 'lesson', lab: 'raft', lesson: 'commit-rule', step: 1 }],
    ['#/raft/embed?x=1abc', { kind: 'embed', lab: 'raft', link: 'x=1abc' }],
    ['#/paxos', { kind: 'unknown', path: '/paxos' }],
    ['#/raft/nowhere', { kind: 'unknown', path: '/raft/nowhere' }],
    ['#/raft/lesson/commit-rule/zero', { kind: 'unknown', path: '/raft/lesson/commit-rule/zero' }],
    ['#/raft/lesson/commit-rule/0', { kind: 'unknown', path: '/raft/lesson/commit-rule/0' }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash, labs)).toEqual(route)
  })

  it('takes a query without an experiment for none', () => {
    expect(parseRoute('#/raft?t=3s&utm_x=1', labs)).toEqual({ kind: 'lab', lab: 'raft', link: null })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseRoute(`#/raft/${text}`, labs)
        parseRoute(text, labs)
      }),
    )
  })

  it('reads back every address that routeHash writes', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
    const at = {
      link: fc.option(fc.stringMatching(/^x=1\.[A-Za-z0-9_-]{1,40}(&t=[0-9]{1,3}s)?$/)),
    }
    const route = fc.oneof(
      fc.record({ kind: fc.constant('lab' as const), lab: fc.constantFrom(...labs), ...at }),
      fc.record({ kind: fc.constant('embed' as const), lab: fc.constantFrom(...labs), ...at }),
      fc.record({ kind: fc.constant('scenario' as const), lab: fc.constantFrom(...labs), scenario: name }),
      fc.record({
        kind: fc.constant('lesson' as const),
        lab: fc.constantFrom(...labs),
        lesson: name,
        step: fc.integer({ min: 1, max: 999 }),
      }),
    )
    fc.assert(
      fc.property(route, (there) => {
        expect(parseRoute(routeHash(there), labs)).toEqual(there)
      }),
    )
  })
})

describe('routeInText', () => {
  it('finds the link in a whole address', () => {
    expect(routeInText(' https://example.org/lab/#/raft?x=1abc ', labs)).toMatchObject({ kind: 'lab', link: 'x=1abc' })
  })

  it.each(['hello', 'https://example.org/', '#/', '#/paxos?x=1'])('%s is no link', (text) => {
    expect(routeInText(text, labs)).toBeNull()
  })
})
