import { describe, expect, it } from 'vitest'
import { fixedPart, score } from './match.ts'

describe('score', () => {
  it('wants every word', () => {
    expect(score('act partition partition GROUPS cut the network', 'part net')).toBeGreaterThan(0)
    expect(score('act partition partition GROUPS cut the network', 'part disk')).toBe(0)
  })

  it('does not take scattered letters for a word', () => {
    expect(score('act heal heal take away partitions', 'hl')).toBe(0)
  })

  it('puts what begins with the word before what contains it', () => {
    const begins = score('act kill kill NODE', 'kill')
    expect(begins).toBeGreaterThan(score('scenario dies the leader is killed', 'kill'))
    expect(score('scenario dies the leader is killed', 'kill')).toBeGreaterThan(score('lesson overkill', 'kill'))
  })

  it('shows everything before anything is typed', () => {
    expect(score('act heal', '')).toBeGreaterThan(0)
  })
})

describe('fixedPart', () => {
  it.each([
    ['heal', 'heal', true],
    ['step message', 'step message', true],
    ['kill NODE', 'kill', false],
    ['client CLIENT put KEY VALUE', 'client', false],
    ['set pre-vote on|off', 'set pre-vote', false],
    ['step [EVENT]', 'step', true],
    ['link FROM>TO [delay LOW..HIGH]', 'link', false],
  ])('%s', (usage, fixed, complete) => {
    expect(fixedPart(usage)).toEqual({ fixed, complete })
  })
})
