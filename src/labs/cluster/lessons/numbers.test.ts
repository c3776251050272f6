import { expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { nodeId } from '../../../base/brand.ts'
import type { Range } from '../../../base/units.ts'
import { withDefaults } from '../../../experiment/facts.ts'
import { DEFAULT_OPTIONS } from '../../../protocols/cluster/options.ts'
import { keySlot, SLOTS } from '../../../protocols/cluster/slots.ts'
import { clusterLab } from '../world.ts'
import { LOSSES_MAX, END_US as LOSSES_US, SLOT_OF_BAR, SLOT_OF_USER } from './acknowledged.ts'
import { PROMPT_MS as ELECTION_MS, END_US as ELECTION_US } from './election.ts'
import { integerOf, isMaster, node, ownerAt } from './look.ts'
import { enter, PLACES, type Place, placeOf, solved } from './places.test-helper.ts'
import { PROMPT_MS as SUSPICION_MS, END_US as SUSPICION_US } from './suspicion.ts'

// Numbers in the prose of the lessons are measured: in the text of their experiment, or in the run of their solution.

/** A step after its solution, and what can be measured in it. */
function measured(place: Place) {
  const desk = solved(place)
  const { sim, experiment } = desk
  const settings = withDefaults(clusterLab.language, experiment.settings)
  const times = (id: string) => experiment.acts.filter(({ act }) => act.id === id).map(({ at }) => at / 1e6)
  return {
    sim,
    setting: (name: string) => Number(settings[name]),
    seconds: (name: string) => Number(settings[name]) / 1e6,
    /** When acts of this kind come in the text, in seconds; only those from `fromS` on. */
    act: (id: string, fromS = 0): number =>
      present(
        times(id).find((at) => at >= fromS),
        id,
      ),
    /** How long the sleep of a node takes, in milliseconds. */
    sleepMs: (name: string): number => {
      const [from, to] = ['pause', 'resume'].map(
        (id) =>
          present(
            experiment.acts.find(({ act }) => act.id === id && act.args.node === name),
            id,
          ).at,
      )
      return (to! - from!) / 1000
    },
    /** The delay of the link that is changed in the text, in milliseconds. */
    delayMs: (): number => {
      const { low, high } = present(
        experiment.acts.find(({ act }) => act.id === 'link'),
        'a link',
      ).act.args.delay as Range
      expect(low).toBe(high)
      return low / 1000
    },
    /** What WAIT said, in order. */
    waits: (): readonly number[] => {
      const asked = new Map<string, boolean>()
      const said: number[] = []
      for (const each of sim.operations) {
        if (each.kind === 'call') asked.set(each.request, isWait(each.command))
        else if (asked.get(each.request) === true) {
          const reply = each.result?.outcomes[0]?.reply ?? null
          said.push(present(integerOf({ node: '', command: 'WAIT', args: [], reply, redirections: [] }), 'a number'))
        }
      }
      return said
    },
    /** Whole seconds of virtual time at which the solution ends. */
    end: Math.floor(place.step.solution.untilUs / 1e6),
    /** First and last slot of a node. */
    slots: (name: string): readonly number[] => {
      const own = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => ownerAt(sim, name, slot) === name)
      return [own[0]!, own.at(-1)!]
    },
    /** How many slots have an owner. */
    covered: () => Array.from({ length: SLOTS }, (_, slot) => ownerAt(sim, 'n1', slot)).filter((name) => name).length,
  }
}

const isWait = (command: { readonly kind: string; readonly args?: readonly string[] }): boolean =>
  command.kind === 'typed' && command.args?.[0] === 'WAIT'

type Measured = ReturnType<typeof measured>
type Row = readonly [quote: string, measure: (run: Measured) => number | readonly number[]]

const NT = 'cluster-node-timeout'

const NUMBERS: Readonly<Record<string, readonly Row[]>> = {
  'acknowledged-and-gone/0': [
    ['At 2 s the network', (run) => run.act('partition')],
    ['At 2.2 s somebody', (run) => run.act('cli')],
    ['At 6 s the network', (run) => run.act('heal')],
    ['at 7 s somebody', (run) => run.act('cli', 3)],
  ],
  'acknowledged-and-gone/1': [
    ['writes 20 times', (run) => run.setting('load')],
    ['At 2 s both', (run) => run.act('partition')],
    ['timeout is 1 s', (run) => run.seconds(NT)],
  ],
  'acknowledged-and-gone/2': [
    ['takes 400 ms', (run) => run.delayMs()],
    ['at most 100 ms', () => Number(placeOf('acknowledged-and-gone/2').step.solution.lines[1]!.split(' ').at(-1))],
    ['WAIT say 0, then 1', (run) => run.waits()],
  ],
  'acknowledged-and-gone/3': [
    ['WAIT says 1', (run) => run.waits()],
    ['At 2.5 s n1', (run) => run.act('kill')],
    ['at 7 s', (run) => run.act('cli', 3)],
  ],
  'acknowledged-and-gone/4': [
    ['says 0', (run) => run.waits()],
    ['At 3 s the way', (run) => run.act('link', 2)],
    ['At 5 s n1', (run) => run.act('kill')],
    ['at 10 s', (run) => run.act('cli', 3)],
  ],
  'acknowledged-and-gone/6': [
    ['again, at 3 s', (run) => run.act('partition')],
    ['timeout is 4 s', (run) => run.seconds(NT)],
    ['than 40 writes', () => LOSSES_MAX],
    ['until 15 s', () => LOSSES_US / 1e6],
  ],
  'where-a-key-lives/0': [
    ['one of 16384 slots', (run) => run.covered()],
    ['At 1 s somebody', (run) => run.act('cli')],
    ['at 1.5 s n1', (run) => run.act('cli', 1.2)],
    ['at 2 s n3', (run) => run.act('cli', 1.7)],
  ],
  'where-a-key-lives/1': [
    ['modulo 16384', (run) => run.covered()],
    ['owns 10923 to 16383', (run) => run.slots('n3')],
  ],
  'where-a-key-lives/3': [['At 1 s somebody', (run) => run.act('cli')]],
  'suspicion-is-not-failure/0': [
    ['At 2 s n1', (run) => run.act('pause')],
    ['At 6 s it', (run) => run.act('resume')],
  ],
  'suspicion-is-not-failure/1': [
    ['timeout is 1 s', (run) => run.seconds(NT)],
    ['for 900 ms', (run) => run.sleepMs('n1')],
  ],
  'suspicion-is-not-failure/2': [['timeout is 2 s', (run) => run.seconds(NT)]],
  'suspicion-is-not-failure/3': [
    ['At 2 s the link', (run) => run.act('link')],
    ['at 7 s', (run) => run.end],
  ],
  'suspicion-is-not-failure/6': [
    ['for 700 ms', (run) => run.sleepMs('n1')],
    ['n2 for 2 s', (run) => run.sleepMs('n2') / 1000],
    ['at 10 s n3', (run) => run.act('kill')],
    ['by 16 s', () => SUSPICION_US / 1e6],
    ['within 100 ms', () => SUSPICION_MS],
  ],
  'who-may-vote/0': [['dies at 2 s', (run) => run.act('kill')]],
  'who-may-vote/1': [
    ['written at 1.5 s', (run) => run.act('cli')],
    ['rank 0', (run) => present(node(run.sim, 'n7'), 'n7').cluster.election.rank],
  ],
  'who-may-vote/2': [
    ['die at 2 s', (run) => run.act('kill')],
    ['at 7 s', (run) => run.end],
  ],
  'who-may-vote/4': [
    ['to n1 at 1 s', (run) => run.act('link')],
    ['With  1 it', (run) => run.setting('cluster-replica-validity-factor')],
    ['default is 10', () => DEFAULT_OPTIONS.replicaValidityFactor],
    ['At 6 s n1', (run) => run.act('kill')],
    ['at 11 s', (run) => run.end],
  ],
  'who-may-vote/7': [
    ['before 8 s', () => ELECTION_US / 1e6],
    ['ask 40 times', (run) => run.setting('load')],
    ['within 50 ms', () => ELECTION_MS],
    ['until 8 s', () => ELECTION_US / 1e6],
  ],
  'moving-a-slot/0': [
    ['slot, 14907', () => keySlot('{user:0}:name')],
    ['200 times', (run) => run.setting('load')],
    ['At 2 s it', (run) => run.act('reshard')],
  ],
  'moving-a-slot/1': [
    ['Slot 5061 is', () => keySlot('{bar}:1')],
    ['At 2 s somebody', (run) => run.act('cli', 1.8)],
  ],
  'moving-a-slot/2': [['own slot 5061', () => keySlot('{bar}:1')]],
  'moving-a-slot/3': [['of slot 5061', () => keySlot('{bar}:2')]],
  'moving-a-slot/4': [['Slot 5061 is', () => keySlot('{bar}:2')]],
  'moving-a-slot/5': [
    ['At 2 s somebody', (run) => run.act('cli', 1.8)],
    ['owns slot 5061', () => keySlot('{bar}:1')],
    ['At 2.5 s a client', (run) => run.act('cli', 2.2)],
  ],
  'moving-a-slot/6': [
    ['with 100 requests', (run) => run.setting('load') / 2],
    ['until 2 s', (run) => run.act('reshard')],
    ['until 4 s', (run) => run.end],
  ],
  'moving-a-slot/7': [['Slot 14907 again', () => keySlot('{user:0}:seen')]],
  'coverage/0': [
    ['At 2 s n1', (run) => run.act('kill')],
    ['At 5 s somebody', (run) => run.act('cli')],
  ],
  'coverage/1': [
    ['At 5 s n3', (run) => run.act('cli')],
    ['At 6 s somebody', (run) => run.act('cli', 5.5)],
  ],
  'coverage/3': [
    ['die at 2 s', (run) => run.act('kill')],
    ['at 12 s', (run) => run.end],
  ],
  'coverage/4': [
    ['dies at 2 s', (run) => run.act('kill')],
    ['is 1:', (run) => run.setting('cluster-migration-barrier')],
    ['at 12 s', (run) => run.end],
  ],
}

const numbersIn = (text: string): readonly number[] =>
  [...text.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?!\w)/g)].map(([digits]) => Number(digits))

test.each(PLACES)('$place: every number in its prose is measured', (place) => {
  const { prose, question } = place.step
  let text = [prose, question?.prompt ?? '', question?.explanation ?? ''].join(' ').replaceAll('*', '')
  text = text.replaceAll(/`[^`]*`/g, '')
  const run = measured(place)
  for (const [quote, measure] of NUMBERS[place.place] ?? []) {
    expect(text).toContain(quote)
    text = text.replace(quote, '')
    expect({ quote, numbers: [measure(run)].flat() }).toEqual({ quote, numbers: numbersIn(quote) })
  }
  expect(numbersIn(text)).toEqual([])
})

test('no row of the table speaks of a step that does not exist', () => {
  expect(Object.keys(NUMBERS).filter((name) => !PLACES.some(({ place }) => place === name))).toEqual([])
})

test('the slots that the lessons name are those of their keys, and of the masters that they name', () => {
  const { sim } = enter(placeOf('where-a-key-lives/1'))
  expect([keySlot('bar'), keySlot('{user:0}:cart')]).toEqual([SLOT_OF_BAR, SLOT_OF_USER])
  expect([ownerAt(sim, 'n2', SLOT_OF_BAR), ownerAt(sim, 'n2', SLOT_OF_USER)]).toEqual(['n1', 'n3'])
  expect(isMaster(sim, 'n4')).toBe(false)
  expect(sim.indexOf(nodeId('n7'))).toBe(-1)
})
