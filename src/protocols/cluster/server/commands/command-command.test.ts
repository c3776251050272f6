import { beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../commands/table.ts'
import { configs, Pocket } from '../../testing.test-helper.ts'
import { parseSyntax } from './command-docs.ts'
import { plain } from './replies.test-helper.ts'

describe('COMMAND', () => {
  let pocket: Pocket
  const ask = (line: string) => plain(pocket.ask('X1', ...line.split(' ')))
  beforeAll(() => {
    pocket = new Pocket(configs(['X1'], {}, false))
  })

  it('describes commands as the real one does', () => {
    expect(ask('COMMAND INFO get')).toEqual([
      [
        '$get',
        ':2',
        ['+readonly', '+fast'],
        ':1',
        ':1',
        ':1',
        ['+@read', '+@string', '+@fast'],
        [],
        [
          [
            '$flags',
            ['+RO', '+access'],
            '$begin_search',
            ['$type', '$index', '$spec', ['$index', ':1']],
            '$find_keys',
            ['$type', '$range', '$spec', ['$lastkey', ':0', '$keystep', ':1', '$limit', ':0']],
          ],
        ],
        [],
      ],
    ])
    expect(ask('COMMAND INFO CLUSTER|nodes bogus')).toEqual([
      ['$cluster|nodes', ':2', ['+stale'], ':0', ':0', ':0', ['+@slow'], ['$nondeterministic_output'], [], []],
      null,
    ])
  })

  it('counts its commands, and describes them all', () => {
    expect(ask('COMMAND COUNT')).toBe(`:${COMMANDS.size}`)
    expect(ask('COMMAND')).toHaveLength(COMMANDS.size)
    const cluster = (ask('COMMAND INFO cluster') as readonly (readonly unknown[])[])[0]!
    expect(cluster[9]).toHaveLength(27)
  })

  it.each([
    ['COMMAND GETKEYS MSET a 1 b 2', ['$a', '$b']],
    ['COMMAND GETKEYS object encoding a', ['$a']],
    ['COMMAND GETKEYS migrate h 1  0 10 KEYS a b', ['$a', '$b']],
    ['COMMAND GETKEYS zunionstore a 2 x b', ['$a', '$x', '$b']],
    ['COMMAND GETKEYS xread streams a b 0 0', ['$a', '$b']],
    ['COMMAND GETKEYS zunionstore a x b', '-ERR Invalid arguments specified for command'],
    ['COMMAND GETKEYS get a b', '-ERR Invalid number of arguments specified for command'],
    ['COMMAND GETKEYS cluster info', '-ERR The command has no key arguments'],
    ['COMMAND GETKEYS foo a', '-ERR Invalid command specified'],
    ['COMMAND GETKEYS get', "-ERR wrong number of arguments for 'command|getkeys' command"],
    ['COMMAND GETKEYSANDFLAGS set a 1', [['$a', ['+OW', '+update']]]],
    ['COMMAND GETKEYSANDFLAGS set a 1 GET', [['$a', ['+RW', '+access', '+update']]]],
    ['COMMAND LIST FILTERBY PATTERN ge?', ['$get']],
    ['COMMAND LIST FILTERBY MODULE x', []],
    ['COMMAND LIST FILTERBY X x', '-ERR syntax error'],
    ['COMMAND DOCS foo', []],
    ['COMMAND FOO', "-ERR unknown subcommand 'FOO'. Try COMMAND HELP."],
  ])('%s', (line, wanted) => {
    expect(ask(line)).toEqual(wanted)
  })

  it('documents every command with what redis-cli asks for', () => {
    const docs = ask('COMMAND DOCS') as readonly unknown[]
    expect(docs).toHaveLength(2 * COMMANDS.size)
    for (let at = 1; at < docs.length; at += 2) {
      const fields = (docs[at] as readonly unknown[]).filter((_, place) => place % 2 === 0)
      expect(fields.slice(0, 3)).toEqual(['$summary', '$since', '$group'])
    }
  })
})

describe('the syntax of a command', () => {
  it('becomes arguments', () => {
    expect(parseSyntax('key value [NX | XX] [GET] [EX seconds | KEEPTTL]')).toEqual([
      { name: 'key', type: 'key' },
      { name: 'value', type: 'string' },
      {
        name: 'nx',
        type: 'oneof',
        optional: true,
        parts: [
          { name: 'nx', type: 'pure-token', token: 'NX' },
          { name: 'xx', type: 'pure-token', token: 'XX' },
        ],
      },
      { name: 'get', type: 'pure-token', token: 'GET', optional: true },
      {
        name: 'seconds',
        type: 'oneof',
        optional: true,
        parts: [
          { name: 'seconds', type: 'integer', token: 'EX' },
          { name: 'keepttl', type: 'pure-token', token: 'KEEPTTL' },
        ],
      },
    ])
  })

  it('knows repetitions', () => {
    expect(parseSyntax('key [key ...]')).toEqual([{ name: 'key', type: 'key', multiple: true }])
    expect(parseSyntax('key value [key value ...]')).toEqual([
      {
        name: 'key',
        type: 'block',
        multiple: true,
        parts: [
          { name: 'key', type: 'key' },
          { name: 'value', type: 'string' },
        ],
      },
    ])
    expect(parseSyntax('[channel [channel ...]]')).toEqual([
      { name: 'channel', type: 'string', optional: true, multiple: true },
    ])
  })
})
