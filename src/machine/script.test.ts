import { describe, expect, test } from 'vitest'
import { type NodeId, nodeId } from '../base/brand.ts'
import type { Effect, Machine } from './machine.ts'
import { Puppets, runScript } from './script.ts'

/** A machine that counts: `add` raises the count, writes it, and tells `b` (or itself) before and behind the write. */
interface Counter {
  readonly config: { readonly tell: NodeId }
  readonly durable: { readonly count: number }
  readonly state: { readonly config: Counter['config']; readonly durable: Counter['durable'] }
  readonly message: { readonly kind: 'early' | 'late'; readonly count: number }
  readonly timer: 'tick'
  readonly command: 'add' | 'repeat'
  readonly result: number
  readonly note: { readonly kind: 'heard'; readonly value: number }
}

const NOTHING = { count: 0 }

const counter: Machine<Counter> = {
  timers: ['tick'],
  boot: (config, durable) => ({
    state: { config, durable: durable ?? NOTHING },
    effects: [{ kind: 'set-timer', timer: 'tick', after: 5 as never }],
  }),
  step(state, input) {
    const { config } = state
    if (input.kind === 'message')
      return { state, effects: [{ kind: 'note', note: { kind: 'heard', value: input.message.count } }] }
    if (input.kind === 'timer') return { state, effects: [{ kind: 'clear-timer', timer: 'tick' }] }
    const durable = input.command === 'add' ? { count: state.durable.count + 1 } : state.durable
    const tell = (kind: 'early' | 'late'): Effect<Counter> => ({
      kind: 'send',
      to: config.tell,
      message: { kind, count: durable.count },
    })
    const reply = { kind: 'reply', request: input.request, result: durable.count } as const
    return { state: { config, durable }, effects: [tell('early'), { kind: 'persist', durable }, tell('late'), reply] }
  },
  reconfigure: (state, config) => ({ ...state, config }),
  tear: (before, after, entropy) => (entropy === 0 ? before : after),
  hash: (state) => state.durable.count,
}

const [A, B] = [nodeId('a'), nodeId('b')]

function world(tell = B): Puppets<Counter> {
  const puppets = new Puppets(counter)
  puppets.start(A, { tell })
  puppets.start(B, { tell: A })
  return puppets
}

const mailOf = (puppets: Puppets<Counter>) => puppets.mail.map((mail) => `${mail.message.kind} ${mail.message.count}`)

describe('barriers', () => {
  test('with a quick disk everything happens at once', () => {
    const puppets = world()
    puppets.command(A, 'add')
    expect(mailOf(puppets)).toEqual(['early 1', 'late 1'])
    expect(puppets.durable(A)).toEqual({ count: 1 })
    expect(puppets.reports).toEqual([{ kind: 'reply', actor: A, request: 'a:1', result: 1 }])
  })

  test('what stands behind a barrier waits for the disk, what stands before does not', () => {
    const puppets = world()
    puppets.slowDisk(A)
    puppets.command(A, 'add')
    puppets.command(A, 'add')
    expect(mailOf(puppets)).toEqual(['early 1', 'early 2'])
    expect(puppets.durable(A)).toBeNull()
    puppets.completeWrites(A, 1)
    expect(mailOf(puppets)).toEqual(['early 1', 'early 2', 'late 1'])
    expect(puppets.durable(A)).toEqual({ count: 1 })
    expect(puppets.pendingWrites(A)).toBe(1)
  })

  test('repeating a value that is being written waits for that write; repeating one on disk does not wait', () => {
    const puppets = world()
    puppets.slowDisk(A)
    puppets.command(A, 'add')
    puppets.command(A, 'repeat')
    expect(puppets.pendingWrites(A)).toBe(1)
    puppets.completeWrites(A)
    expect(mailOf(puppets)).toEqual(['early 1', 'early 1', 'late 1', 'late 1'])
    puppets.command(A, 'repeat')
    expect(mailOf(puppets)).toHaveLength(6)
  })

  test('a message to itself is handed over at once', () => {
    const puppets = world(A)
    puppets.command(A, 'add')
    expect(puppets.mail).toEqual([])
    const heard = puppets.reports.filter((it) => it.kind === 'note').map((it) => it.note.value)
    expect(heard).toEqual([1, 1])
  })
})

describe('crashes', () => {
  test('lose memory and unfinished writes, and keep the disk', () => {
    const puppets = world()
    puppets.command(A, 'add')
    puppets.slowDisk(A)
    puppets.command(A, 'add')
    puppets.crash(A)
    expect(puppets.isUp(A)).toBe(false)
    expect(() => puppets.state(A)).toThrow('a, which is down')
    puppets.restart(A)
    expect(puppets.state(A).durable).toEqual({ count: 1 })
  })

  test('may tear the newest write', () => {
    for (const [entropy, count] of [
      [0, 1],
      [1, 3],
    ] as const) {
      const puppets = world()
      puppets.command(A, 'add')
      puppets.slowDisk(A)
      puppets.command(A, 'add')
      puppets.command(A, 'add')
      puppets.crash(A, entropy)
      expect(puppets.durable(A)).toEqual({ count })
    }
  })

  test('stop timers; mail for the dead is only reported', () => {
    const puppets = world()
    puppets.command(A, 'add')
    puppets.crash(B)
    expect(puppets.timer(B, 'tick')).toBeUndefined()
    expect(() => puppets.fire(B, 'tick')).toThrow('timer tick of b')
    puppets.stabilize()
    expect(puppets.reports.filter((it) => it.kind === 'delivered')).toHaveLength(2)
    expect(puppets.reports.some((it) => it.kind === 'note')).toBe(false)
  })
})

test('an observer sees each event with what left the actor, also behind a barrier', () => {
  const puppets = world()
  const seen: string[] = []
  const view = puppets.world()
  puppets.watch((event) =>
    seen.push(`${event.kind} ${view.names[event.actor]} ${event.sent.map((it) => it.message.kind)}`),
  )
  puppets.slowDisk(A)
  puppets.command(A, 'add')
  puppets.completeWrites(A)
  puppets.hand(puppets.take(() => true, 1)[0]!)
  puppets.crash(B)
  puppets.restart(B)
  expect(seen).toEqual(['command a early', 'disk a late', 'message b ', 'act b ', 'boot b '])
  expect([view.status(0), view.durable(0), view.indexOf(B)]).toEqual(['up', { count: 1 }, 1])
})

test('a conversation without end is an error', () => {
  const puppets = world()
  puppets.mail = [{ from: A, to: B, message: { kind: 'early', count: 0 } }]
  puppets.watch(() => puppets.mail.push({ from: A, to: B, message: { kind: 'early', count: 0 } }))
  expect(() => puppets.stabilize()).toThrow('10,000 messages')
})

describe('golden scripts', () => {
  const echo = (verb: string, args: readonly string[]) => {
    if (verb === 'fail') throw new Error('cannot')
    return verb === 'quiet' ? '' : args.join('\n')
  }

  test('a script that expects what happens comes back unchanged', () => {
    const text = '# a comment\nsay one two\nquiet x\nsay three\n----\none\ntwo\nthree\n\nquiet x\n----\nok\n'
    expect(runScript(text, echo)).toBe(text)
  })

  test('other output takes the place of what was expected', () => {
    expect(runScript('say yes\n----\nno\nno\n\nsay a\n----\na\n', echo)).toBe('say yes\n----\nyes\n\nsay a\n----\na\n')
  })

  test('a command that fails is named with its line', () => {
    expect(() => runScript('say a\n\nfail now\n', echo)).toThrow('line 3: fail now: cannot')
  })
})
