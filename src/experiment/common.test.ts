import { describe, expect, it, test } from 'vitest'
import { nodeId } from '../base/brand.ts'
import { parseAct } from './acts.ts'
import {
  clockArgs,
  commonActs,
  delayArg,
  diskArgs,
  groupsArg,
  isolateArgs,
  linkArgs,
  messageArg,
  nodeArg,
  noteArg,
  valueArg,
} from './common.ts'
import { nextFacts, startFacts } from './facts.ts'
import { help, usage } from './help.ts'
import { MOVERS } from './movers.ts'
import { TOY } from './toy.test-helper.ts'
import type { Args, Facts } from './types.ts'

const FACTS = startFacts(TOY, {})

function act(line: string, facts = FACTS) {
  const result = parseAct(line, TOY, facts)
  if (!result.ok) throw new Error(`${line}: ${result.error.message}`)
  return result.value
}

const args = (line: string): Args => act(line).args

const statusOf = (facts: Facts, name: string) => facts.actors.find((actor) => actor.name === name)?.status

describe('life of a node', () => {
  const factsAfter = (...lines: string[]): Facts =>
    lines.reduce((facts, line) => nextFacts(act(line, facts), TOY, facts), FACTS)

  it('follows its acts', () => {
    expect(statusOf(factsAfter('kill n1'), 'n1')).toBe('down')
    expect(statusOf(factsAfter('kill n1'), 'n2')).toBe('up')
    expect(statusOf(factsAfter('kill n1', 'restart n1'), 'n1')).toBe('up')
    expect(statusOf(factsAfter('pause n1'), 'n1')).toBe('paused')
    expect(statusOf(factsAfter('pause n1', 'resume n1'), 'n1')).toBe('up')
    expect(statusOf(factsAfter('pause n1', 'kill n1'), 'n1')).toBe('down')
  })

  /** Which act is possible in which status: three different things, as the simulator has them. */
  test.each([
    ['up', ['kill', 'pause']],
    ['paused', ['kill', 'resume']],
    ['down', ['restart']],
  ] as const)('%s: %j', (status, possible) => {
    const facts = { ...FACTS, actors: FACTS.actors.map((actor) => ({ ...actor, status })) }
    const verbs = ['kill', 'pause', 'resume', 'restart'].filter((verb) => parseAct(`${verb} n1`, TOY, facts).ok)
    expect(verbs.toSorted()).toEqual(possible.toSorted())
  })
})

describe('arguments', () => {
  it('are read with their types', () => {
    expect(nodeArg(args('kill n2'))).toBe('n2')
    expect(groupsArg(args('partition n1 | c1 n3'))).toEqual([['n1'], ['c1', 'n3']])
    expect(isolateArgs(args('isolate c1'))).toEqual({ actor: 'c1', way: 'both' })
    expect(isolateArgs(args('isolate n1 out'))).toEqual({ actor: 'n1', way: 'out' })
    expect(messageArg(args('drop m12'))).toBe(12)
    expect(delayArg(args('delay m12 5ms'))).toBe(5_000)
    expect(valueArg(args('set heartbeat 20ms'))).toBe(20_000)
    expect(noteArg(args('note it  is # here '))).toBe('it  is # here')
  })

  it('of links', () => {
    const none = {
      delayUs: null,
      lossPermille: null,
      duplicatePermille: null,
      reorderPermille: null,
      cut: false,
      clog: false,
      open: false,
      reset: false,
    }
    expect(linkArgs(args('link n1<>n2 cut loss 0%'))).toEqual({
      ...none,
      direction: { from: nodeId('n1'), to: nodeId('n2'), both: true },
      lossPermille: 0,
      cut: true,
    })
    expect(linkArgs(args('link * reset'))).toEqual({
      ...none,
      direction: { from: null, to: null, both: false },
      reset: true,
    })
    expect(linkArgs(args('link *>n2 open delay 5ms duplicate 1.5% reorder 2%'))).toEqual({
      ...none,
      direction: { from: null, to: nodeId('n2'), both: false },
      delayUs: { low: 5_000, high: 5_000 },
      duplicatePermille: 15,
      reorderPermille: 20,
      open: true,
    })
  })

  it('of clocks: signs', () => {
    expect(clockArgs(args('clock n1 ahead 5ms slow 20'))).toEqual({ node: 'n1', skewUs: 5_000, driftPpm: -20 })
    expect(clockArgs(args('clock n1 behind 5ms'))).toEqual({ node: 'n1', skewUs: -5_000, driftPpm: null })
    expect(clockArgs(args('clock n1 fast 0'))).toEqual({ node: 'n1', skewUs: 0, driftPpm: 0 })
    expect(clockArgs(args('clock n1 slow 0')).driftPpm).toBe(0)
  })

  it('of disks', () => {
    expect(diskArgs(args('disk n1 stall'))).toEqual({ node: 'n1', latencyUs: null, stalled: true, onCrash: null })
    expect(diskArgs(args('disk n1 resume on-crash lost latency 0s..1ms'))).toEqual({
      node: 'n1',
      latencyUs: { low: 0, high: 1_000 },
      stalled: false,
      onCrash: 'lost',
    })
  })
})

describe('settings', () => {
  it('that are live have an act, and the facts follow them', () => {
    expect(
      commonActs(TOY.settings)
        .filter((spec) => spec.verb === 'set')
        .map((spec) => spec.id),
    ).toEqual(['set-heartbeat', 'set-loss', 'set-load', 'set-pre-vote', 'set-label', 'set-draft'])
    expect(nextFacts(act('set heartbeat 20ms'), TOY, FACTS).settings).toEqual({ ...FACTS.settings, heartbeat: 20_000 })
    expect(FACTS.settings).toMatchObject({ heartbeat: 50_000, nodes: 5 })
  })

  it('cannot be a live family', () => {
    const family = { ...TOY.settings.at(-1)!, live: true }
    expect(() => commonActs([family])).toThrow('log.*')
  })
})

describe('help', () => {
  const rows = help(TOY, MOVERS)
  const usages = rows.flatMap((group) => group.rows.map((row) => row.usage))

  test.each([
    'kill NODE',
    'partition GROUPS',
    'heal',
    'isolate ACTOR [in|out]',
    'link FROM>TO [delay LOW..HIGH] [loss PERCENT] [duplicate PERCENT] [reorder PERCENT] [cut] [clog] [open] [reset]',
    'clock NODE [ahead DURATION] [behind DURATION] [fast INTEGER] [slow INTEGER]',
    'disk NODE [latency LOW..HIGH] [stall] [resume] [on-crash keep|torn|lost]',
    'delay MESSAGE DURATION',
    'set pre-vote on|off',
    'note TEXT',
    'client CLIENT put KEY VALUE',
    'run [DURATION]',
    'export history|trace|csv|png|svg|lab',
  ])('%s', (line) => {
    expect(usages).toContain(line)
  })

  it('has each verb once, with all its rows', () => {
    const verbs = rows.map((group) => group.verb)
    expect(new Set(verbs).size).toBe(verbs.length)
    expect(rows.find((group) => group.verb === 'client')?.rows.map((row) => row.example)).toEqual([
      'client c1 put x 1',
      'client c1 get x',
    ])
    expect(usages).toHaveLength(TOY.acts.length + MOVERS.length)
    expect(usage(TOY.acts[0]!)).toBe('kill NODE')
  })
})
