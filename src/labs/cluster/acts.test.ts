import { describe, expect, test } from 'vitest'
import { proveLanguage, type Refused, speak } from '../../engine/proof/language.test-helper.ts'
import { complete } from '../../experiment/completion.ts'
import { startFacts, withDefaults } from '../../experiment/facts.ts'
import { parseLine } from '../../experiment/movers.ts'
import { printAct } from '../../experiment/printer.ts'
import { DEFAULT_OPTIONS } from '../../protocols/cluster/options.ts'
import { commandOf, language } from './acts.ts'
import { idOf } from './addresses.ts'
import { CLIENTS_MAX, NODES_MAX, readSettings } from './settings.ts'
import { clusterLab } from './world.ts'

const FACTS = startFacts(language, {})
const { problemOf, actOf } = speak(clusterLab)

const asked = (line: string, follow = false) => {
  const { id, args } = actOf(line)
  return commandOf(id, args, follow)
}

describe('the language of the cluster lab', () => {
  const refused: Refused = [
    ['set masters 0', 2, 13],
    ['set masters 1001', 2, 13],
    [`set masters ${NODES_MAX + 1}`, 2, 13],
    [`set clients ${CLIENTS_MAX + 1}`, 2, 13],
    ['set masters 61\nset replicas 1', 2, 1],
    ['set extra 118', 2, 1],
    ['set clients 0\nset load 5/s', 3, 1],
    ['set cluster-node-timeout 2000', 2, 26],
    ['set cluster-node-timeout 1ms', 2, 26],
    ['set cluster-require-full-coverage on', 2, 35],
    ['set repl-timeout 1500ms', 2, 1],
    ['set fault nonsense', 2, 11],
    ['set cluster-node-time 2s', 2, 5],
    ['at 1s cli n9 GET foo', 2, 11],
    ['at 1s cli c1 GET foo', 2, 11],
    ['at 1s cli n1', 2, 13],
    ['at 1s n9> GET foo', 2, 7],
    ['at 1s cli n1 SET "foo bar', 2, 7],
    ['at 1s cli n1 CLUSTER FORGET $n9.id', 2, 7],
    ['at 1s redis-cli -p 7099 PING', 2, 7],
    ['at 1s redis-cli --cluster info', 2, 7],
    ['at 1s reshard 0 n1 n2', 2, 7],
    ['at 1s reshard 16385 n1 n2', 2, 7],
    ['at 1s reshard 7-5 n1 n2', 2, 7],
    ['at 1s reshard 16384-16384 n1 n2', 2, 7],
    ['at 1s reshard 5 n1 n1', 2, 7],
    ['at 1s meet n1 n1', 2, 7],
    ['at 1s load cli 5/s', 2, 7],
    ['at 1s load admin 5/s', 2, 7],
    ['at 1s failover n4 now', 2, 19],
    ['at 1s set masters 4', 2, 11],
  ]
  proveLanguage(clusterLab, refused, 30)

  test('too many nodes are told with the sum', () => {
    expect(problemOf('set masters 40\nset replicas 3').message).toContain('160 nodes: at most 120')
    expect(problemOf('set masters 1001').message).toContain('at most 120')
  })

  test('a number of milliseconds without its unit is told what was meant', () => {
    expect(problemOf('set cluster-node-timeout 2000').suggestion).toBe('2000ms')
  })

  test('every setting has its place in the typed settings, and options are those of redis.conf', () => {
    const settings = readSettings(withDefaults(language, {}))
    expect(Object.values(settings).filter((value) => value === undefined)).toEqual([])
    // The one default that differs is said in MODEL.md.
    expect(settings.options).toEqual({ ...DEFAULT_OPTIONS, replDisklessSyncDelayS: 0 })
  })
})

describe('prompts', () => {
  const SET = ['SET', 'foo', 'bar']

  test.each([
    ['cli n1 SET foo bar', 'n1', SET, false],
    ['n1> SET foo bar', 'n1', SET, false],
    ['n1> -c SET foo bar', 'n1', SET, true],
    ['cli -c n2 SET foo bar', 'n2', SET, true],
    ['127.0.0.1:7003> SET foo bar', 'n3', SET, false],
    ['redis 127.0.0.1:7003> SET foo bar', 'n3', SET, false],
    ['redis-cli SET foo bar', 'n1', SET, false],
    ['redis-cli -c -p 7002 SET foo bar', 'n2', SET, true],
    ['redis-cli -p 7002 -c SET foo bar', 'n2', SET, true],
    ['cli n1 SET "a b" \'c d\' "\\x41\\n"', 'n1', ['SET', 'a b', 'c d', 'A\n'], false],
    ['cli n1 SET # 1', 'n1', ['SET', '#', '1'], false],
    ['cli n1 SET ключ é', 'n1', ['SET', 'Ð\u00baÐ»Ñ\u008eÑ\u0087', 'Ã©'], false],
    ['cli n4 CLUSTER REPLICATE $n2.id', 'n4', ['CLUSTER', 'REPLICATE', idOf('n2')], false],
    ['cli n4 CLUSTER MEET $n2.host $n2.port', 'n4', ['CLUSTER', 'MEET', '127.0.0.1', '7002'], false],
    ['config n1 cluster-node-timeout 2000', 'n1', ['CONFIG', 'SET', 'cluster-node-timeout', '2000'], false],
    ['config n1 cluster-announce-hostname ""', 'n1', ['CONFIG', 'SET', 'cluster-announce-hostname', ''], false],
    ['failover n4', 'n4', ['CLUSTER', 'FAILOVER'], false],
    ['failover n4 force', 'n4', ['CLUSTER', 'FAILOVER', 'FORCE'], false],
    ['meet n1 n4', 'n1', ['CLUSTER', 'MEET', '127.0.0.1', '7004'], false],
    ['forget n1 n4', 'n1', ['CLUSTER', 'FORGET', idOf('n4')], false],
    ['replicate n4 n2', 'n4', ['CLUSTER', 'REPLICATE', idOf('n2')], false],
  ])('%s', (line, node, args, follow) => {
    expect(asked(line)).toEqual({ actor: 'cli', command: { kind: 'typed', node, args, follow } })
  })

  test('follow redirections when the lab is told so once and for all', () => {
    expect(asked('n1> GET foo', true)).toMatchObject({ command: { follow: true } })
  })

  test('are printed as the verb that they stand for', () => {
    expect(printAct(actOf('n1> -c GET foo'), language)).toBe('cli -c n1 GET foo')
  })

  test('a prompt is no verb: other lines of the terminal are what they are', () => {
    expect(parseLine('help n1>', language, FACTS)).toMatchObject({ ok: true, value: { kind: 'mover' } })
    expect(parseLine('n1 > GET foo', language, FACTS).ok).toBe(false)
  })

  test('complete commands, subcommands and ids, with one line of help', () => {
    const at = (line: string) => complete(line, line.length, language, FACTS)
    const words = (line: string) => at(line).candidates.map(({ text }) => text)
    expect(words('n1> GETR')).toEqual(['GETRANGE'])
    expect(words('cli n1 getr')).toEqual(['GETRANGE'])
    expect(words('n1> CLUSTER FAIL')).toEqual(['FAILOVER'])
    expect(words('n1> cluster failover ')).toEqual(['FORCE', 'TAKEOVER'])
    expect(words('n4> CLUSTER REPLICATE $n2')).toEqual(['$n2.id'])
    expect(words('n1> CLUSTER SETSLOT 7 M')).toEqual(['MIGRATING'])
    expect(words('n1> CONFIG SET cluster-node')).toEqual(['cluster-node-timeout'])
    expect(at('n1> GETR').candidates[0]?.help).not.toBe('')
    expect(at('n1> SET ').hint).toMatch(/^key value /)
    expect(at('n1> SET foo ').hint).toMatch(/^value /)
  })
})

describe('resharding', () => {
  test.each([
    ['reshard 100 n1 n2', 100],
    ['reshard 0-99 n1 n2', [{ first: 0, last: 99 }]],
    [
      'reshard 5-5,7-9 n1 n2',
      [
        { first: 5, last: 5 },
        { first: 7, last: 9 },
      ],
    ],
  ])('%s', (line, slots) => {
    expect(asked(line)).toEqual({
      actor: 'admin',
      command: { kind: 'job', job: { kind: 'reshard', from: 'n1', to: 'n2', slots } },
    })
  })

  test('can be stopped', () => {
    expect(asked('reshard stop')).toEqual({ actor: 'admin', command: { kind: 'job', job: { kind: 'stop' } } })
  })
})
