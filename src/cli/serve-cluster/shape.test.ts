import { describe, expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { clusterOf, shareOf } from '../../protocols/cluster/initial.ts'
import { readWanted } from './shape.ts'

const read = (line: string) => readWanted(line === '' ? [] : line.split(' '))
const shape = (line: string) => read(line).shape

describe('the command line', () => {
  test('without a shape: three masters with a replica each, assigned', () => {
    const cluster = { masters: 3, replicaOf: [1, 2, 3], extra: 0, assign: true }
    expect(shape('')).toEqual(cluster)
    expect(read('--port 7100')).toMatchObject({ port: 7100, shape: cluster })
    expect(read('')).toMatchObject({ port: 7000 })
  })

  test('with a shape: nodes are alone unless they are assigned', () => {
    expect(shape('--masters 6')).toEqual({ masters: 6, replicaOf: [], extra: 0, assign: false })
    expect(shape('--masters 2 --assign')).toEqual({ masters: 2, replicaOf: [1, 2], extra: 0, assign: true })
    expect(shape('--masters 3 --replica-of 1,1,3 --extra 2 --assign')).toEqual({
      masters: 3,
      replicaOf: [1, 1, 3],
      extra: 2,
      assign: true,
    })
    expect(shape('--replica-of none --assign').replicaOf).toEqual([])
  })

  test('options of redis.conf', () => {
    const { options } = read(
      '--set cluster-node-timeout=2000 --set cluster-require-full-coverage=no --set maxmemory=1gb',
    )
    expect(options).toMatchObject({ nodeTimeoutMs: 2000, requireFullCoverage: false })
    expect(options.inert).toEqual({ maxmemory: '1073741824' })
  })

  test.each([
    ['--masters 0', '--masters 0: expected an integer from 1 to 1000'],
    ['--masters 600 --replica-of 1,601', 'numbers of masters from 1 to 600'],
    ['--masters 1000 --extra 1', '1001 nodes: expected at most 1000'],
    ['--port 55531', '6 nodes from port 55531 on: expected ports up to 55535'],
    ['--port 70000', '--port 70000: expected an integer from 1 to 55535'],
    ['--set cluster-node-timeout', '--set cluster-node-timeout: expected NAME=VALUE'],
    ['--set node-timeout=1', '--set node-timeout=1: there is no option node-timeout'],
    ['--set cluster-node-timeout=soon', "--set cluster-node-timeout=soon: argument couldn't be parsed into an integer"],
    ['--replicas 1', 'there is no option --replicas'],
    ['--assign=yes', '--assign takes no value'],
    ['7000', '`7000` is no option'],
  ])('%s', (line, message) => {
    expect(() => read(line)).toThrow(message)
  })
})

describe('the cluster that a shape means', () => {
  const place = (at: number) => ({ ip: '127.0.0.1', port: 7001 + at })

  test('shares are those of redis-cli', () => {
    const shares = (masters: number) => Array.from({ length: masters }, (_, at) => shareOf(at + 1, masters))
    expect(shares(3)).toEqual([
      { first: 0, last: 5460 },
      { first: 5461, last: 10922 },
      { first: 10923, last: 16383 },
    ])
    for (const masters of [1, 2, 7, 999]) {
      const cut = shares(masters)
      expect([cut[0]!.first, cut.at(-1)!.last]).toEqual([0, 16383])
      for (let at = 1; at < masters; at++) expect(cut[at]!.first).toBe(cut[at - 1]!.last + 1)
    }
  })

  test('ids, ports and epochs are those of the recordings', () => {
    const nodes = clusterOf(shape(''), place, read('').options, 0)
    expect(nodes.map(({ self, port, busPort }) => `${self} ${port} ${busPort}`)).toEqual([
      'M1 7001 17001',
      'M2 7002 17002',
      'M3 7003 17003',
      'R1 7004 17004',
      'R2 7005 17005',
      'R3 7006 17006',
    ])
    expect(nodes[1]!.id).toBe('a2'.repeat(20))
    expect(nodes[3]!.initial?.nodes[3]).toMatchObject({ id: 'b1'.repeat(20), master: 'a1'.repeat(20), slots: [] })
    expect(nodes[0]!.initial).toMatchObject({
      currentEpoch: 6,
      nodes: [{ configEpoch: 1 }, { configEpoch: 2 }, {}, {}, {}, {}],
    })
    expect(nodes[0]!.directory.get('127.0.0.1:7006')).toBe(nodeId('R3'))
  })

  test('nodes that are extra or not assigned are alone; a thousand ids differ and are well-formed', () => {
    const extra = clusterOf({ masters: 3, replicaOf: [], extra: 1, assign: true }, place, read('').options, 0)
    expect(extra.map(({ initial }) => initial?.nodes.length ?? 0)).toEqual([3, 3, 3, 0])
    const alone = clusterOf({ masters: 1000, replicaOf: [], extra: 0, assign: false }, place, read('').options, 0)
    expect(alone.every(({ initial }) => initial === null)).toBe(true)
    expect(new Set(alone.map(({ id }) => id)).size).toBe(1000)
    expect(alone.every(({ id }) => /^[a-z0-9]{40}$/.test(id))).toBe(true)
  })
})
