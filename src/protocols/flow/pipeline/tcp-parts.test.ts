import { describe, expect, test } from 'vitest'
import { nodeId } from '../../../base/brand.ts'
import { PIE_DEFAULTS } from '../aqm/pie.ts'
import { advance, networkStart } from '../tcp/connection.ts'
import { ALGORITHMS, flow, network } from '../tcp/network.test-helper.ts'
import { jainFairness } from '../tcp/theory.ts'
import { flowMachine } from './machine.ts'
import { receiverView, stepReceiverPart } from './receiver.ts'
import { senderView, stepSenderPart } from './sender.ts'
import { exceedsOffer, exceedsWindow, takesBack } from './tcp-rules.ts'
import { LINE, TcpWorld, type WorldSetup } from './tcp-world.test-helper.ts'
import { DROP_REASONS, type FlowNote, type ReceiverPart, type SenderPart } from './types.ts'

const SECOND = 1_000_000
/** Bits of data that the line carries in a second: 1,448 bytes of each packet of 1,500. */
const LINE_BITS = (10_000_000 * 1_448) / 1_500
type Kind = 'reno' | 'cubic' | 'bbr'

const open = ({ connection }: SenderPart) => {
  if (connection.phase !== 'open') throw new Error(connection.phase)
  return connection.tcp
}

const notesOf = (world: TcpWorld, kind: FlowNote['kind']): number[] =>
  world.notes.filter(({ note }) => note.kind === kind).map(({ note }) => note.value)

describe('the joined parts are tcp/connection.ts, step by step, once the handshake is over', () => {
  test.each([
    [['reno'], 25],
    [['cubic'], 50],
    [['bbr'], 100],
    [['reno', 'reno'], 50],
    [['reno', 'cubic', 'bbr'], 40],
  ] as [Kind[], number][])('%j behind a queue of %d', (kinds, limitPackets) => {
    const world = new TcpWorld({ senders: kinds.map((congestion) => ({ congestion })), limitPackets })
    world.run(10 * SECOND)
    const flows = kinds.map((kind, at) => flow(ALGORITHMS[kind], { startUs: world.openedUs[at]! }))
    const config = network(flows, limitPackets)
    const whole = advance(config, networkStart(config), 10 * SECOND)
    for (const [at, { sender, receiver }] of whole.flows.entries()) {
      expect(open(world.sender(at))).toEqual(sender)
      expect(world.receiver(at).connections[0]!.tcp).toEqual(receiver)
    }
    // The handshakes: one parcel each.
    const { departed, dropped } = world.line.counts
    expect(departed).toBe(whole.link.departed + kinds.length)
    expect(dropped).toEqual(DROP_REASONS.map((reason) => (reason === 'overflow' ? whole.link.droppedFull : 0)))
  })

  test('the handshake is one round trip of an empty segment, and tells the window', () => {
    const world = new TcpWorld({ senders: [{}], receivers: [{ bufferBytes: 20_000 }] })
    world.run(40_000)
    expect(senderView(world.sender(0)).phase).toBe('connecting')
    world.run(50_042)
    // 52 bytes at 10 Mb/s are 42 us.
    expect(world.openedUs).toEqual([50_042])
    expect(senderView(world.sender(0))).toMatchObject({ phase: 'slow start', receiveWindowBytes: 19_968 })
    expect(world.parcels[0]).toMatchObject({ sizeBytes: 52, origin: 's0', via: 's0', attempt: 0 })
  })
})

describe('what textbooks say', () => {
  test('two Reno flows of unequal start come to equal shares', () => {
    const world = new TcpWorld({
      senders: [{ congestion: 'reno' }, { congestion: 'reno', startUs: 5 * SECOND }],
      receivers: [{}],
      limitPackets: 50,
    })
    world.run(6 * SECOND)
    const early = world.read()
    expect(jainFairness(early)).toBeLessThan(0.6)
    world.run(30 * SECOND)
    const middle = world.read()
    world.run(60 * SECOND)
    expect(jainFairness(world.read().map((bytes, at) => bytes - middle[at]!))).toBeGreaterThan(0.95)
  })

  test.each([8, 16, 32])('a window of %d segments under a larger bandwidth-delay product gives W/RTT', (segments) => {
    // 100 Mb/s x 50 ms are 432 segments. Every segment is acknowledged: no wait for a second one.
    const bufferBytes = segments * 1_448
    const world = new TcpWorld({
      senders: [{ congestion: 'cubic' }],
      receivers: [{ bufferBytes, windowShift: 0, ackEverySegments: 1 }],
      bitsPerSecond: 100_000_000,
    })
    world.run(2 * SECOND)
    const before = world.read()[0]!
    world.run(12 * SECOND)
    const perSecond = (world.read()[0]! - before) / 10
    expect(perSecond / (bufferBytes / 0.05)).toBeGreaterThan(0.985)
    expect(perSecond / (bufferBytes / 0.05)).toBeLessThanOrEqual(1)
  })

  const slowReader: WorldSetup['receivers'] = [{ bufferBytes: 14_480, readBytes: 14_480, readEveryUs: 2 * SECOND }]

  test('a lost window update without the persist timer is a deadlock', () => {
    const world = new TcpWorld({ senders: [{ persists: false }], receivers: slowReader })
    world.losesUpdate = () => true
    expect(world.run(600 * SECOND)).toBe(false)
    expect(world.windowUpdates).toBe(1)
    expect(world.read()[0]).toBe(14_464)
    expect(notesOf(world, 'zero-window')).toEqual([1])
    expect(senderView(world.sender(0))).toMatchObject({ receiveWindowBytes: 0, probes: 0 })
    // The act that a reader may try: the timer is switched on, and the connection lives.
    world.command('s0', { kind: 'sender', patch: { persists: true } })
    world.losesUpdate = () => false
    world.run(605 * SECOND)
    expect(world.read()[0]).toBeGreaterThan(14_480)
  })

  test('with it, every lost update costs a probe', () => {
    const world = new TcpWorld({ senders: [{}], receivers: slowReader })
    world.losesUpdate = () => true
    world.run(60 * SECOND)
    expect(senderView(world.sender(0)).probes).toBeGreaterThan(5)
    expect(world.read()[0]).toBeGreaterThan(5 * 14_000)
    const windows = notesOf(world, 'zero-window')
    expect(windows.slice(0, 4)).toEqual([1, 0, 1, 0])
  })
})

describe('within 15 % of ns-3 3.37 with PIE: 10 Mb/s, RTT 50 ms, one flow, 30 s', () => {
  // Its PieQueueDisc has room for 25 packets unless told otherwise. Goodput in Mb/s and mean queue in packets.
  const PIE = { kind: 'pie', config: { ...PIE_DEFAULTS, limitPackets: 25 } } as const
  test.each([
    ['reno', 8.95, 9.3, 1.15],
    // Our slow start has no HyStart, so the first seconds fill the queue: 12.6 packets in the mean, as with CoDel.
    ['cubic', 9.581, 10.6, 1.25],
  ] as const)('%s: %d Mb/s, %d packets', (congestion, goodput, queue, most) => {
    const world = new TcpWorld({ senders: [{ congestion }], limitPackets: 25, line: { management: PIE } })
    world.run(30 * SECOND)
    const measured = (world.read()[0]! * 8) / (30 * SECOND)
    expect(measured / goodput).toBeGreaterThan(0.85)
    expect(measured / goodput).toBeLessThan(1.15)
    const waiting = world.line.counts.waitingAreaUs / (30 * SECOND)
    expect(waiting / queue).toBeGreaterThan(0.85)
    expect(waiting / queue).toBeLessThan(most)
  })
})

describe('acts', () => {
  test('a patch is kept, and told last: nothing waits for the disk', () => {
    const world = new TcpWorld({ senders: [{}] })
    world.run(SECOND)
    const { effects, state } = stepSenderPart(
      world.sender(0),
      { kind: 'command', request: 'x' as never, command: { kind: 'sender', patch: { class: 3 } } },
      { self: nodeId('s0'), now: world.nowUs as never, entropy: 0 },
    )
    expect(effects.slice(-2)).toEqual([
      { kind: 'persist', durable: state.kind === 'sender' ? state.durable : null },
      { kind: 'note', note: { kind: 'changed', value: 0 } },
    ])
    world.command('s0', { kind: 'sender', patch: { class: 3 } })
    world.run(2 * SECOND)
    expect(world.parcels.at(-1)!.class).toBe(3)
  })

  test('what is meant for another kind of part changes nothing', () => {
    const world = new TcpWorld({ senders: [{}] })
    world.run(SECOND)
    const before = [world.sender(0), world.receiver(0)]
    world.command('s0', { kind: 'receiver', patch: { bufferBytes: 1 } })
    world.command('r0', { kind: 'sender', patch: { class: 1 } })
    world.message('s0', 'line', { kind: 'demand', signal: { how: 'pause' }, epoch: 0 })
    expect([world.sender(0), world.receiver(0)]).toEqual(before)
  })

  test.each([
    ['reno', 'cubic'],
    ['cubic', 'reno'],
    ['reno', 'bbr'],
    ['cubic', 'bbr'],
    ['bbr', 'reno'],
    ['bbr', 'cubic'],
  ] as [Kind, Kind][])('from %s to %s: the window stays, and the line stays full', (from, to) => {
    const world = new TcpWorld({ senders: [{ congestion: from }] })
    world.run(5 * SECOND)
    const before = senderView(world.sender(0))
    world.command('s0', { kind: 'sender', patch: { congestion: to } })
    const after = senderView(world.sender(0))
    expect(Math.abs(after.cwndBytes - before.cwndBytes)).toBeLessThanOrEqual(1)
    expect(after.ssthreshBytes).toBe(to === 'bbr' ? null : before.ssthreshBytes)
    if (to === 'bbr') expect(after.phase).toBe('startup')
    const read = world.read()[0]!
    world.run(12 * SECOND)
    expect(((world.read()[0]! - read) * 8) / 7).toBeGreaterThan(0.9 * LINE_BITS)
  })

  test('an offer ends, and grows', () => {
    const world = new TcpWorld({ senders: [{ offerBytes: 100_000 }] })
    expect(world.run(100 * SECOND)).toBe(false)
    expect(world.read()).toEqual([100_000])
    world.command('s0', { kind: 'sender', patch: { offerBytes: 150_000 } })
    world.run(200 * SECOND)
    expect(world.read()).toEqual([150_000])
    world.command('s0', { kind: 'sender', patch: { offerBytes: 1 } })
    world.run(300 * SECOND)
    expect(world.read()).toEqual([150_000])
    // What was sent cannot be unsaid.
    expect(open(world.sender(0)).written).toBe(150_000)
  })

  test('an application that stops reading shuts the window, and opens it when it reads again', () => {
    const world = new TcpWorld({ senders: [{}], receivers: [{ bufferBytes: 65_536 }] })
    world.run(SECOND)
    world.command('r0', { kind: 'receiver', patch: { readEveryUs: 500_000, readBytes: 0 } })
    world.run(3 * SECOND)
    expect(receiverView(world.receiver(0))).toMatchObject({ windowBytes: 0, unreadBytes: 65_536 })
    const stuck = world.read()[0]!
    world.command('r0', { kind: 'receiver', patch: { readEveryUs: 0 } })
    expect(world.read()[0]).toBe(stuck + 65_536)
    world.run(4 * SECOND)
    expect(world.read()[0]).toBeGreaterThan(stuck + 500_000)
    expect(notesOf(world, 'zero-window')).toEqual([1, 0])
  })
})

describe('ways and crashes', () => {
  test('an application that reads more often does so from now on', () => {
    const slow = { bufferBytes: 65_536, readEveryUs: 60 * SECOND, readBytes: 65_536 }
    const world = new TcpWorld({ senders: [{}], receivers: [slow] })
    world.run(SECOND)
    expect(world.read()).toEqual([0])
    world.command('r0', { kind: 'receiver', patch: { readEveryUs: 1_000 } })
    world.run(SECOND + 1_000)
    expect(world.read()).toEqual([65_536])
  })

  test('without an output nothing begins; a pulled cable is found by timeouts, and mended by connecting', () => {
    const world = new TcpWorld({ senders: [{ startUs: SECOND }] })
    world.command('s0', { kind: 'disconnect', to: LINE })
    expect(world.line.inputs).toEqual([])
    world.run(2 * SECOND)
    expect([senderView(world.sender(0)).phase, world.parcels.length]).toEqual(['idle', 0])
    world.command('s0', { kind: 'connect', to: LINE })
    world.run(4 * SECOND)
    const early = world.read()[0]!
    expect(early).toBeGreaterThan(500_000)
    world.command('s0', { kind: 'disconnect', to: LINE })
    world.run(6 * SECOND)
    const cut = world.read()[0]!
    expect(notesOf(world, 'timed-out').length).toBeGreaterThan(0)
    world.command('s0', { kind: 'connect', to: LINE })
    world.run(20 * SECOND)
    expect(world.read()[0]).toBeGreaterThan(cut + 5_000_000)
    // The same connection all the time.
    expect(world.parcels.filter(({ segment }) => segment!.seq === -2)).toHaveLength(1)
  })

  test('a begin that is put off at once is put off: the answer to the first SYN opens nothing', () => {
    const world = new TcpWorld({ senders: [{}] })
    world.command('s0', { kind: 'sender', patch: { startUs: 2 * SECOND } })
    world.run(2 * SECOND - 1)
    expect([senderView(world.sender(0)).phase, world.read()]).toEqual(['idle', [0]])
    world.run(4 * SECOND)
    expect(world.read()[0]).toBeGreaterThan(500_000)
  })

  test('a lost SYN goes again after one second, then two, as the same request', () => {
    const world = new TcpWorld({ senders: [{ startUs: SECOND }] })
    let lost = 0
    world.losesParcel = () => lost++ < 2
    world.run(5 * SECOND)
    expect(world.parcels.slice(0, 3).map(({ id, attempt, bornUs }) => [id, attempt, bornUs])).toEqual([
      [0, 0, SECOND],
      [0, 1, SECOND],
      [0, 2, SECOND],
    ])
    expect(world.openedUs).toEqual([4_050_042])
    expect(notesOf(world, 'timed-out')).toEqual([1, 2])
  })

  test('a sender that crashes opens a new connection, whose ids are new', () => {
    const world = new TcpWorld({ senders: [{ offerBytes: 2_000_000 }] })
    world.run(SECOND)
    world.crash('s0')
    world.run(10 * SECOND)
    expect(world.read()).toEqual([2_000_000])
    const ids = world.parcels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(world.receiver(0).connections).toHaveLength(1)
  })

  test('what is left of an earlier connection changes nothing', () => {
    const world = new TcpWorld({ senders: [{ offerBytes: 2_000_000 }] })
    world.run(SECOND)
    const old = world.parcels.slice()
    const stale = world.receiver(0).connections[0]!.tcp
    world.crash('s0')
    const late = { ack: 5_000, windowBytes: 9_999, sack: [], echo: stale.lastEcho }
    world.message('s0', 'r0', { kind: 'ack', ack: late })
    world.message('s0', 'r0', { kind: 'ack', ack: { ...late, echo: null } })
    world.message('s0', 'r0', { kind: 'cancel' })
    expect(senderView(world.sender(0)).phase).toBe('connecting')
    world.run(1_300_000)
    const before = [world.sender(0), world.receiver(0)]
    world.message('s0', 'r0', { kind: 'ack', ack: { ...late, ack: open(world.sender(0)).board.nxt + 1, echo: null } })
    world.message('r0', 'line', { kind: 'segment', parcel: old[0]! })
    world.message('r0', 'line', { kind: 'segment', parcel: old.at(-1)! })
    expect([world.sender(0), world.receiver(0)]).toEqual(before)
    // A SYN that comes twice opens nothing twice.
    const syn = world.parcels.findLast(({ segment }) => segment!.seq === -2)!
    world.message('r0', 'line', { kind: 'segment', parcel: syn })
    expect(world.receiver(0).connections[0]).toMatchObject({ id: syn.id, tcp: { nextSeq: expect.any(Number) } })
    expect(world.receiver(0).connections[0]!.tcp.nextSeq).toBeGreaterThan(0)
    world.run(10 * SECOND)
    expect(world.read()).toEqual([2_000_000])
  })

  test('a receiver that crashes says so, and the sender begins again', () => {
    const world = new TcpWorld({ senders: [{ offerBytes: 2_000_000 }] })
    world.run(SECOND)
    world.crash('r0')
    world.run(10 * SECOND)
    expect(world.read()).toEqual([2_000_000])
    expect(world.parcels.filter(({ segment }) => segment!.seq === -2)).toHaveLength(2)
  })

  test('a receiver lets the line send, remembers it, and forgets it', () => {
    const world = new TcpWorld({ senders: [{}] })
    world.message('r0', 'other', { kind: 'subscribe' })
    expect(world.receiver(0).durable.inputs).toEqual(['line', 'other'])
    expect(world.persisted.at(-1)).toEqual({ self: 'r0', durable: world.receiver(0).durable })
    world.message('r0', 'line', { kind: 'cancel' })
    expect(world.receiver(0).durable.inputs).toEqual(['other'])
    const { effects } = stepReceiverPart(
      world.receiver(0),
      { kind: 'message', from: nodeId('other'), message: { kind: 'subscribe' } },
      { self: nodeId('r0'), now: 0 as never, entropy: 0 },
    )
    expect(effects).toEqual([
      { kind: 'send', to: 'other', message: { kind: 'demand', signal: { how: 'open' }, epoch: 0 } },
    ])
  })

  test('several senders share a receiver, a connection each', () => {
    const world = new TcpWorld({ senders: [{ offerBytes: 50_000 }, { offerBytes: 70_000 }], receivers: [{}] })
    world.run(10 * SECOND)
    expect(receiverView(world.receiver(0))).toMatchObject({
      deliveredBytes: 120_000,
      connections: [
        { from: 's0', deliveredBytes: 50_000 },
        { from: 's1', deliveredBytes: 70_000 },
      ],
    })
  })
})

describe('rules', () => {
  /** What the judges said of a world of three flows, a slow reader and changes of algorithm. */
  function judged(faults: Pick<WorldSetup, 'stepSender' | 'stepReceiver'>): Record<string, string | undefined> {
    const found: Record<string, string> = {}
    const world = new TcpWorld({
      senders: [{ congestion: 'reno' }, { congestion: 'cubic' }, { congestion: 'bbr' }],
      receivers: [{}, { bufferBytes: 60_000, readBytes: 9_000, readEveryUs: 20_000 }, {}],
      limitPackets: 30,
      ...faults,
    })
    world.watch = (before, after) => {
      if (after.kind === 'stage') return
      const said =
        before.kind === 'sender' && after.kind === 'sender'
          ? {
              exceedsWindow: exceedsWindow(before, after),
              exceedsOffer: exceedsOffer(after, world.receiver(after.config.index)),
            }
          : { takesBack: takesBack(before as ReceiverPart, after as ReceiverPart) }
      for (const [rule, words] of Object.entries(said)) if (words !== null) found[rule] ??= words
    }
    for (let second = 1; second <= 15; second++) {
      world.run(second * SECOND)
      if (second === 5) world.crash('r0')
      if (second === 7) world.command('s0', { kind: 'sender', patch: { congestion: 'bbr' } })
      if (second === 9) world.command('r1', { kind: 'receiver', patch: { bufferBytes: 5_000 } })
      if (second === 11) world.crash('s2')
    }
    expect(world.line.counts.dropped[0]).toBeGreaterThan(10)
    return found
  }

  test('all hold, whatever happens', () => {
    expect(judged({})).toEqual({})
  })

  test('a sender that takes its window for larger than it is is found', () => {
    const stepSender: typeof stepSenderPart = (state, input, env) => {
      if (state.kind !== 'sender' || state.connection.phase !== 'open') return stepSenderPart(state, input, env)
      const { tcp } = state.connection
      if (tcp.congestion.kind !== 'reno') return stepSenderPart(state, input, env)
      const swell =
        (bytes: number) =>
        (part: SenderPart): SenderPart => {
          const now = open(part)
          if (now.congestion.kind !== 'reno') return part
          const congestion = { ...now.congestion, cwndBytes: now.congestion.cwndBytes + bytes }
          return {
            ...part,
            connection: { phase: 'open', id: (part.connection as { id: number }).id, tcp: { ...now, congestion } },
          }
        }
      const stepped = stepSenderPart(swell(2 * 1_448)(state), input, env)
      const next = stepped.state as SenderPart
      return next.connection.phase === 'open' ? { ...stepped, state: swell(-2 * 1_448)(next) } : stepped
    }
    expect(judged({ stepSender }).exceedsWindow).toMatch(/^s0 sent \d+ segments, and \d+ bytes are in flight under/)
  })

  test('a sender that does not hear the window is found', () => {
    const stepSender: typeof stepSenderPart = (state, input, env) => {
      const deaf =
        input.kind === 'message' && input.message.kind === 'ack'
          ? { ...input, message: { ...input.message, ack: { ...input.message.ack, windowBytes: 1_000_000 } } }
          : input
      return stepSenderPart(state, deaf, env)
    }
    expect(judged({ stepSender }).exceedsOffer).toMatch(/^s1 has sent up to byte \d+, and r1 has offered up to \d+$/)
  })

  test('a receiver that shrinks its window is found', () => {
    const stepReceiver: typeof stepReceiverPart = (state, input, env) => {
      const stepped = stepReceiverPart(state, input, env)
      const next = stepped.state as ReceiverPart
      if (next.durable.settings.bufferBytes > 60_000) return stepped
      const connections = next.connections.map((one) => {
        const edge = Math.min(one.tcp.edge, one.tcp.nextSeq + next.durable.settings.bufferBytes - one.tcp.unreadBytes)
        return { ...one, tcp: { ...one.tcp, edge } }
      })
      return { ...stepped, state: { ...next, connections } }
    }
    expect(judged({ stepReceiver }).takesBack).toMatch(/^r1 took \d+ bytes back from s1/)
  })
})

test('a step that changes a part changes its hash', () => {
  const world = new TcpWorld({ senders: [{}] })
  const hash = flowMachine.hash
  let changes = 0
  world.watch = (before, after) => {
    if (before.kind === 'stage' || after.kind === 'stage') return
    const changed = JSON.stringify(before) !== JSON.stringify(after)
    expect(hash(before) !== hash(after)).toBe(changed)
    changes += Number(changed)
  }
  world.run(3 * SECOND)
  expect(changes).toBeGreaterThan(3_000)
})
