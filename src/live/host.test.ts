import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { micros, type NodeId, nodeId } from '../base/brand.ts'
import type { Effect, Machine } from '../machine/machine.ts'
import { Host, type Surroundings } from './host.ts'
import { VirtualTime } from './scheduler.ts'

/**
 * A machine that writes down what it hears. It can be told to pass something on, to write a number to its disk and tell
 * behind the write, to set its alarm, and to throw.
 */
interface Listener {
  readonly config: { readonly greeting: string }
  readonly durable: { readonly number: number }
  readonly state: {
    readonly config: Listener['config']
    readonly durable: Listener['durable'] | null
    readonly heard: readonly string[]
  }
  readonly message:
    | { readonly kind: 'say'; readonly text: string }
    | { readonly kind: 'pass'; readonly to: NodeId; readonly text: string }
    | { readonly kind: 'write'; readonly number: number; readonly tell: NodeId }
    | { readonly kind: 'alarm'; readonly afterUs: number }
    | { readonly kind: 'silence' | 'throw' | 'refused' | 'died' }
  readonly timer: 'alarm'
  readonly command: never
  readonly result: never
  readonly note: { readonly kind: 'alarm' | 'entropy'; readonly value: number }
}

const listener: Machine<Listener> = {
  timers: ['alarm'],
  boot: (config, durable, env) => ({
    state: { config, durable, heard: [] },
    effects: [{ kind: 'note', note: { kind: 'entropy', value: env.entropy } }],
  }),
  step(state, input, env) {
    if (input.kind === 'timer') {
      const note = { kind: 'alarm', value: env.now } as const
      return { state: { ...state, heard: [...state.heard, 'alarm'] }, effects: [{ kind: 'note', note }] }
    }
    if (input.kind === 'command') return { state, effects: [] }
    return hear(state, input.message)
  },
  reconfigure: (state, config) => ({ ...state, config }),
  tear: (before) => before,
  lastWords: ({ config }) => [{ to: nodeId(config.greeting), message: { kind: 'died' } }],
  refuse: (message) => (message.kind === 'say' ? { kind: 'refused' } : null),
  hash: (state) => state.heard.length,
}

function hear(state: Listener['state'], message: Listener['message']) {
  const effects: Effect<Listener>[] = []
  const heard = [...state.heard, message.kind === 'say' ? message.text : message.kind]
  switch (message.kind) {
    case 'pass':
      effects.push({ kind: 'send', to: message.to, message: { kind: 'say', text: message.text } })
      break
    case 'write': {
      const durable = { number: message.number }
      const tell = (text: string) => ({ kind: 'send', to: message.tell, message: { kind: 'say', text } }) as const
      effects.push(tell(`before ${message.number}`), { kind: 'persist', durable }, tell(`behind ${message.number}`))
      return { state: { ...state, durable, heard }, effects }
    }
    case 'alarm':
      effects.push({ kind: 'set-timer', timer: 'alarm', after: micros(message.afterUs) })
      break
    case 'silence':
      effects.push({ kind: 'clear-timer', timer: 'alarm' })
      break
    case 'throw':
      throw new Error('as told')
  }
  return { state: { ...state, heard }, effects }
}

const [A, B, C] = ['a', 'b', 'c'].map(nodeId) as [NodeId, NodeId, NodeId]
const OUTSIDE = nodeId('outside')
const say = (text: string) => ({ kind: 'say', text }) as const

interface Setup {
  readonly delayUs?: (from: NodeId, to: NodeId, entropy: number) => number
  readonly diskUs?: number
  readonly onFault?: Surroundings<Listener>['onFault']
  readonly atCut?: Surroundings<Listener>['atCut']
  readonly seed?: number
}

/** Three machines that name the outside in their last words, and an outside that writes down what it gets. */
function setUp({ delayUs = () => 10, diskUs = 0, onFault, atCut, seed = 1 }: Setup = {}) {
  const time = new VirtualTime()
  const notes: string[] = []
  const host = new Host<Listener>(listener, time, {
    seed,
    delayUs,
    diskUs,
    onNote: (actor, { kind, value }) => notes.push(`${actor} ${kind} ${value}`),
    ...(onFault === undefined ? {} : { onFault }),
    ...(atCut === undefined ? {} : { atCut }),
  })
  for (const name of [A, B, C]) host.add(name, { greeting: OUTSIDE })
  const got: string[] = []
  host.attach(OUTSIDE, (from, message) =>
    got.push(`${from} ${message.kind === 'say' ? message.text : message.kind} at ${time.now()}`),
  )
  const heard = (name: NodeId) => host.state(name)?.heard
  const tell = (to: NodeId, message: Listener['message']) => host.post(OUTSIDE, to, message)
  return { time, host, notes, got, heard, tell, run: (until: number) => time.runUntil(micros(until)) }
}

describe('delivery', () => {
  test('a message takes its time; without delay it is there at once', () => {
    const { heard, tell, run } = setUp()
    tell(A, say('hello'))
    run(9)
    expect(heard(A)).toEqual([])
    run(10)
    expect(heard(A)).toEqual(['hello'])
    const quick = setUp({ delayUs: () => 0 })
    quick.tell(A, { kind: 'pass', to: B, text: 'on' })
    expect(quick.heard(B)).toEqual(['on'])
  })

  test('what one actor sends to another arrives in order, whatever the delays', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 40 }), (delays) => {
        let next = 0
        const { heard, tell, run } = setUp({ delayUs: () => delays[next++ % delays.length]! })
        const texts = delays.map((_, number) => `${number}`)
        for (const text of texts) {
          tell(A, say(text))
          run(Number(text))
        }
        run(1000)
        expect(heard(A)).toEqual(texts)
      }),
    )
  })

  test('a message to oneself does not travel', () => {
    const { heard, tell, run } = setUp()
    tell(A, { kind: 'pass', to: A, text: 'note to self' })
    run(10)
    expect(heard(A)).toEqual(['pass', 'note to self'])
  })

  test('equal seeds give equal randomness, other seeds give other', () => {
    const run = (seed: number) => setUp({ seed }).notes
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })

  test('an actor that is gone gets nothing, and its name is free', () => {
    const { host, got, tell, run } = setUp()
    tell(A, { kind: 'pass', to: OUTSIDE, text: 'late' })
    host.remove(OUTSIDE)
    run(100)
    host.attach(OUTSIDE, () => got.push('new'))
    tell(A, { kind: 'pass', to: OUTSIDE, text: 'again' })
    run(200)
    expect(got).toEqual(['new'])
  })
})

describe('processes', () => {
  test('a killed one forgets, keeps its disk, says its last words, and then refuses', () => {
    const { host, got, heard, tell, run } = setUp()
    tell(A, { kind: 'write', number: 4, tell: B })
    run(100)
    host.kill(A)
    expect([host.status(A), heard(A)]).toEqual(['down', undefined])
    run(200)
    tell(A, say('anybody?'))
    run(300)
    expect(got).toEqual(['a died at 110', 'a refused at 220'])
    host.restart(A)
    expect([host.status(A), heard(A), host.durable(A)]).toEqual(['up', [], { number: 4 }])
    expect(host.state(A)?.durable).toEqual({ number: 4 })
  })

  test('timers of an earlier life do not fire', () => {
    const { host, heard, tell, run } = setUp()
    tell(A, { kind: 'alarm', afterUs: 100 })
    run(50)
    host.kill(A)
    host.restart(A)
    run(1000)
    expect(heard(A)).toEqual([])
  })

  test('a paused one reads its mail in order when it goes on, then its timer fires that is overdue', () => {
    const { host, heard, tell, run } = setUp()
    tell(A, { kind: 'alarm', afterUs: 100 })
    run(50)
    host.pause(A)
    tell(A, say('one'))
    tell(A, say('two'))
    run(1000)
    expect([host.status(A), heard(A)]).toEqual(['paused', ['alarm']])
    host.resume(A)
    expect([host.status(A), heard(A)]).toEqual(['up', ['alarm', 'one', 'two', 'alarm']])
  })

  test('mail that waits for a paused one that is killed is refused', () => {
    const { host, got, tell, run } = setUp()
    host.pause(A)
    tell(A, say('are you there?'))
    run(50)
    host.kill(A)
    run(100)
    expect(got).toEqual(['a died at 60', 'a refused at 60'])
  })

  test('what makes no sense is an error that says so', () => {
    const { host } = setUp()
    expect(() => host.restart(A)).toThrow('a runs already')
    expect(() => host.resume(A)).toThrow('a is not paused')
    host.kill(A)
    expect(() => host.kill(A)).toThrow('a is down already')
    expect(() => host.pause(A)).toThrow('a does not run')
    expect(() => host.add(A, { greeting: 'x' })).toThrow('two actors called a')
    expect(() => host.state(nodeId('z'))).toThrow('an actor called z')
  })

  test('another configuration holds at once and after a restart', () => {
    const { host } = setUp()
    host.reconfigure(A, { greeting: 'b' })
    expect(host.state(A)?.config.greeting).toBe('b')
    host.kill(A)
    host.restart(A)
    expect(host.state(A)?.config.greeting).toBe('b')
  })
})

describe('networks', () => {
  test('a cut loses what is sent across and what is under way; the rest passes; heal mends it', () => {
    const { host, heard, tell, run } = setUp()
    tell(A, { kind: 'pass', to: B, text: 'under way' })
    run(15)
    host.partition([[A], [B]])
    tell(A, { kind: 'pass', to: B, text: 'sent across' })
    tell(A, { kind: 'pass', to: C, text: 'not named' })
    run(100)
    expect([heard(B), heard(C)]).toEqual([[], ['not named']])
    host.heal()
    tell(A, { kind: 'pass', to: B, text: 'mended' })
    run(200)
    expect(heard(B)).toEqual(['mended'])
  })

  test('what is held at a cut arrives in order when it is mended, and stays held where another cut is', () => {
    const { host, heard, tell, run } = setUp({ atCut: () => 'held' })
    tell(A, { kind: 'pass', to: B, text: 'one' })
    tell(A, { kind: 'pass', to: B, text: 'two' })
    run(15)
    host.partition([[A], [B, C]])
    tell(A, { kind: 'pass', to: B, text: 'three' })
    tell(A, { kind: 'pass', to: C, text: 'other' })
    run(100)
    host.partition([[A, C], [B]])
    run(200)
    expect([heard(B), heard(C)]).toEqual([[], ['other']])
    host.heal()
    run(300)
    expect(heard(B)).toEqual(['one', 'two', 'three'])
  })

  test('what is refused at a cut is answered at once', () => {
    const { host, heard, tell, run } = setUp({ atCut: () => 'refused' })
    host.partition([[A], [B]])
    tell(A, { kind: 'pass', to: B, text: 'knock' })
    run(100)
    expect([heard(A), heard(B)]).toEqual([['pass', 'refused'], []])
  })

  test('a new partition takes the place of the old one', () => {
    const { host, heard, tell, run } = setUp()
    host.partition([[A], [B]])
    host.partition([[A], [C]])
    tell(A, { kind: 'pass', to: B, text: 'free' })
    tell(A, { kind: 'pass', to: C, text: 'cut' })
    run(100)
    expect([heard(B), heard(C)]).toEqual([['free'], []])
  })
})

describe('timers and disks', () => {
  test('a timer fires once, at the last time it was set for', () => {
    const { notes, tell, run } = setUp({ delayUs: () => 0 })
    notes.length = 0
    tell(A, { kind: 'alarm', afterUs: 100 })
    tell(A, { kind: 'alarm', afterUs: 300 })
    tell(A, { kind: 'alarm', afterUs: 200 })
    run(1000)
    expect(notes).toEqual(['a alarm 200'])
  })

  test('a cleared timer does not fire; set again it does', () => {
    const { notes, tell, run } = setUp({ delayUs: () => 0 })
    notes.length = 0
    tell(A, { kind: 'alarm', afterUs: 100 })
    tell(A, { kind: 'silence' })
    run(500)
    tell(A, { kind: 'alarm', afterUs: 100 })
    run(1000)
    expect(notes).toEqual(['a alarm 600'])
  })

  test('what stands behind a slow write waits for it; a kill loses the write', () => {
    const { host, got, tell, run } = setUp({ diskUs: 500 })
    tell(A, { kind: 'write', number: 1, tell: OUTSIDE })
    tell(A, { kind: 'write', number: 2, tell: OUTSIDE })
    run(600)
    expect(got).toEqual(['a before 1 at 20', 'a before 2 at 20', 'a behind 1 at 520'])
    expect(host.durable(A)).toEqual({ number: 1 })
    host.kill(A)
    run(5000)
    host.restart(A)
    expect(host.state(A)?.durable).toEqual({ number: 1 })
    expect(got.slice(3)).toEqual(['a died at 610'])
  })
})

describe('mistakes of a machine', () => {
  test('without a listener the error reaches the caller', () => {
    const { tell } = setUp({ delayUs: () => 0 })
    expect(() => tell(A, { kind: 'throw' })).toThrow('as told')
    tell(A, say('still here'))
  })

  test('with one the input is lost and everything goes on', () => {
    const faults: string[] = []
    const { heard, tell } = setUp({
      delayUs: () => 0,
      onFault: ({ actor, input, error }) => faults.push(`${actor} ${input.kind} ${(error as Error).message}`),
    })
    tell(A, say('before'))
    tell(A, { kind: 'throw' })
    tell(A, say('after'))
    expect(faults).toEqual(['a message as told'])
    expect(heard(A)).toEqual(['before', 'after'])
  })
})
