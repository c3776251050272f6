import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faults, launch } from './fleet.test-helper.ts'
import type { Fleet } from './fleet.ts'

const version = spawnSync('redis-cli', ['--version'], { encoding: 'utf8' }).stdout ?? ''

interface Ended {
  readonly code: number | null
  readonly out: string
}

/** redis-cli with these arguments and this standard input. */
function cli(args: string, input = ''): Promise<Ended> {
  const child = spawn('redis-cli', args.split(' '))
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (out += text))
  child.stdin.on('error', () => undefined).end(input)
  return new Promise((ended) => child.on('close', (code) => ended({ code, out })))
}

/** Its output, when it ended well. */
async function clean(args: string, input?: string): Promise<string> {
  const { code, out } = await cli(args, input)
  expect([code, out]).toEqual([0, out])
  return out
}

if (version === '') {
  test('redis-cli is not installed here: nothing of it was tested (Debian: redis-tools)', () => {
    expect(version).toBe('')
  })
} else {
  describe(version.trim(), () => real())
}

function real() {
  describe('a cluster that stands', () => {
    let fleet: Fleet
    let port: number

    beforeAll(async () => {
      const launched = await launch('--masters 3 --replica-of 1,2,3 --extra 2 --assign --set cluster-node-timeout=1500')
      fleet = launched.fleet
      port = launched.port
    })
    afterAll(async () => {
      await fleet.end()
      expect(faults).toEqual([])
    })
    const at = () => `127.0.0.1:${port}`

    /** Waits until so many nodes know each other, and agree about the slots. */
    const joined = async (count: number) => {
      for (;;) {
        const { out: said } = await cli(`--cluster call ${at()} cluster info`)
        const { code, out } = await cli(`--cluster check ${at()}`)
        if (code === 0 && said.split(`cluster_known_nodes:${count}\r`).length === count + 1) return out
      }
    }

    test('follows redirections with -c', async () => {
      const out = await clean(`-c -p ${port}`, 'set foo 1\nget foo\nset bar 2\nincr bar\nmget {foo}x foo\n')
      const [foo, bar] = [
        `-> Redirected to slot [12182] located at 127.0.0.1:${port + 2}`,
        `-> Redirected to slot [5061] located at ${at()}`,
      ]
      expect(out.trim().split('\n')).toEqual([foo, 'OK', '1', bar, 'OK', '3', foo, '', '1'])
      expect(await clean(`-3 -c -p ${port} get foo`)).toContain('1')
      expect((await cli(`-p ${port} get foo`)).out).toBe(`MOVED 12182 127.0.0.1:${port + 2}\n\n`)
    })

    test('--cluster check, info and call', async () => {
      const out = await clean(`--cluster check ${at()}`)
      expect(out).toContain('[OK] All nodes agree about slots configuration.')
      expect(out).toContain('[OK] All 16384 slots covered.')
      expect(await clean(`--cluster info ${at()}`)).toContain('[OK] 2 keys in 3 masters.')
      expect((await clean(`--cluster call ${at()} ping`)).match(/PONG/g)).toHaveLength(6)
      expect(await clean(`--cluster set-timeout ${at()} 2500`)).toContain('New node timeout set. 6 OK, 0 ERR.')
    })

    test('--cluster reshard moves slots with their keys', async () => {
      const [from, to] = ['a1', 'a2'].map((unit) => unit.repeat(20))
      await clean(`-c -p ${port} set key:0 moved`)
      await clean(
        `--cluster reshard ${at()} --cluster-from ${from} --cluster-to ${to} --cluster-slots 30 --cluster-yes`,
      )
      const out = await joined(6)
      expect(out).toMatch(new RegExp(`:${port} .* 5431 slots`))
      expect(out).toMatch(new RegExp(`:${port + 1} .* 5492 slots`))
      expect(await clean(`-c -p ${port} get key:0`)).toContain('moved')
    })

    test('--cluster add-node: a master and a replica of it; rebalance gives it slots', async () => {
      await clean(`--cluster add-node 127.0.0.1:${port + 6} ${at()}`)
      await joined(7)
      const weights = ['a1', 'a2', 'a3', 'c1'].map((unit) => `${unit.repeat(20)}=${unit === 'c1' ? 1 : 500}`).join(' ')
      const how = `--cluster-use-empty-masters --cluster-threshold 1 --cluster-pipeline 100 --cluster-weight ${weights}`
      await clean(`--cluster rebalance ${at()} ${how}`)
      const id = 'c1'.repeat(20)
      await clean(`--cluster add-node 127.0.0.1:${port + 7} ${at()} --cluster-slave --cluster-master-id ${id}`)
      const out = await joined(8)
      expect(out).toContain('[OK] All 16384 slots covered.')
      expect(out).toMatch(new RegExp(`:${port + 6} .* 1 slaves`))
    })

    test('--cluster del-node takes the replica out again', async () => {
      await clean(`--cluster del-node ${at()} ${'c2'.repeat(20)}`)
      expect(await joined(7)).not.toContain(`:${port + 7}`)
    })

    test('--cluster fix finishes a slot that was left open', async () => {
      const id = { m1: 'a1'.repeat(20), m2: 'a2'.repeat(20) }
      await clean(`-c -p ${port} set {hello}a 1`)
      await clean(`-p ${port + 1} cluster setslot 866 importing ${id.m1}`)
      await clean(`-p ${port} cluster setslot 866 migrating ${id.m2}`)
      expect((await cli(`--cluster check ${at()}`)).out).toContain('The following slots are open: 866')
      await clean(`--cluster fix ${at()}`)
      const out = await joined(7)
      expect(out).not.toContain('slots are open')
      expect(await clean(`-c -p ${port} get {hello}a`)).toContain('1')
    })
  })

  describe('nodes that are alone', () => {
    test('--cluster create makes a cluster of them', async () => {
      const { fleet, port } = await launch('--masters 6 --set cluster-node-timeout=1500')
      const addresses = Array.from({ length: 6 }, (_, number) => `127.0.0.1:${port + number}`).join(' ')
      const out = await clean(`--cluster create ${addresses} --cluster-replicas 1 --cluster-yes`)
      expect(out).toContain('[OK] All 16384 slots covered.')
      expect((await cli(`-p ${port} cluster info`)).out).toContain('cluster_current_epoch:6')
      await fleet.end()
    })
  })
}
