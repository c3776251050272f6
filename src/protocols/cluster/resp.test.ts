import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { array, bulk, error, integer, map, NULL, NULL_ARRAY, push, type Reply, simple, verbatim } from './reply.ts'
import {
  EMPTY_REPLIES,
  EMPTY_REQUESTS,
  encodeCommand,
  encodeReply,
  parseReplies,
  parseRequests,
  printsRaw,
  quote,
  rawReply,
  renderReply,
  respLength,
  splitArguments,
} from './resp.ts'

/** Any string of bytes. */
const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
})

/** Cuts a text at the given places. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((x, y) => x - y)
  return places.slice(1).map((to, at) => text.slice(places[at]!, to))
}

function requestsOf(chunks: readonly string[]) {
  let rest = EMPTY_REQUESTS
  const commands: (readonly string[])[] = []
  for (const chunk of chunks) {
    const parsed = parseRequests(rest, chunk)
    commands.push(...parsed.commands)
    rest = parsed.rest
    if (parsed.error !== null) return { commands, error: parsed.error.kind === 'error' ? parsed.error.text : '?' }
  }
  return { commands, error: null }
}

describe('requests', () => {
  test('are read back however the stream is cut', () => {
    const commands = fc.array(fc.array(bytes, { minLength: 1, maxLength: 5 }), { maxLength: 6 })
    fc.assert(
      fc.property(commands, fc.array(fc.nat(), { maxLength: 30 }), (list, cuts) => {
        const stream = list.map(encodeCommand).join('')
        expect(stream.length).toBe(list.reduce((sum, args) => sum + respLength(args), 0))
        expect(requestsOf(pieces(stream, cuts))).toEqual({ commands: list, error: null })
      }),
    )
  })

  test('lengths in the stream are those that were recorded', () => {
    expect([['SELECT', '0'], ['PING'], ['SET', 'bar', '1']].map(respLength)).toEqual([23, 14, 29])
  })

  test.each([
    ['PING\r\n', [['PING']]],
    ['PING\n', [['PING']]],
    ['  SET  a "b c" \r\n', [['SET', 'a', 'b c']]],
    ['\r\n\r\nPING\r\n', [['PING']]],
    ['*0\r\n*-1\r\nPING\r\n', [['PING']]],
    ['*1\r\n$4\r\nPING\r\nPING\r\n*1\r\n$0\r\n\r\n', [['PING'], ['PING'], ['']]],
  ])('%j', (stream, commands) => {
    expect(requestsOf([stream])).toEqual({ commands, error: null })
    expect(requestsOf([...stream])).toEqual({ commands, error: null })
  })

  test.each([
    ['*x\r\n', 'invalid multibulk length'],
    ['*3000000000\r\n', 'invalid multibulk length'],
    ['*1\r\nx1\r\n', "expected '$', got 'x'"],
    ['*1\r\n$x\r\n', 'invalid bulk length'],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', 'invalid bulk length'],
    ['SET "a\r\n', 'unbalanced quotes in request'],
    ['x'.repeat(65_537), 'too big inline request'],
    [`*${'1'.repeat(65_537)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(65_537)}`, 'too big bulk count string'],
  ])('a stream that makes no sense is refused: %.30j', (stream, text) => {
    expect(requestsOf(['PING\r\n', stream])).toEqual({ commands: [['PING']], error: `ERR Protocol error: ${text}` })
  })
})

test('whatever bytes come, and however they are cut, they are read or refused', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'*$+-:0123456789\r\n"\'\\x \0\xff'), maxLength: 80 })
  fc.assert(
    fc.property(noise, fc.array(fc.nat(), { maxLength: 10 }), (stream, cuts) => {
      const whole = requestsOf([stream])
      expect(requestsOf(pieces(stream, cuts))).toEqual(whole)
      for (const chunk of pieces(stream, cuts)) parseReplies(EMPTY_REPLIES, chunk)
    }),
    { numRuns: 2_000 },
  )
})

const leaf: fc.Arbitrary<Reply> = fc.oneof(
  fc.constantFrom(simple('OK'), error('ERR x'), NULL, { kind: 'boolean', value: true } as const),
  fc.integer().map(integer),
  fc.bigInt({ min: 1n << 60n, max: (1n << 63n) - 1n }).map(integer),
  bytes.map(bulk),
  bytes.map(verbatim),
  fc.constant({ kind: 'double', text: '1.5' } as const),
)
const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('reply'), { maxLength: 3 }).map(array),
    fc.array(tie('reply'), { maxLength: 3 }).map((items): Reply => ({ kind: 'set', items })),
    fc.array(tie('reply'), { maxLength: 3 }).map(push),
    fc.array(fc.tuple(tie('reply'), tie('reply')), { maxLength: 3 }).map(map),
  ),
})).reply

describe('replies', () => {
  test('in RESP3 are read back however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 30 }), (list, cuts) => {
        const stream = list.map((it) => encodeReply(it, 3)).join('')
        let rest = EMPTY_REPLIES
        const read: Reply[] = []
        for (const chunk of pieces(stream, cuts)) {
          const parsed = parseReplies(rest, chunk)
          expect(parsed.problem).toBe(null)
          read.push(...parsed.replies)
          rest = parsed.rest
        }
        expect(read).toEqual(list)
        expect(rest.bytes).toBe('')
      }),
    )
  })

  test.each<[Reply, string, string]>([
    [NULL, '$-1\r\n', '_\r\n'],
    [NULL_ARRAY, '*-1\r\n', '_\r\n'],
    [map([[bulk('a'), integer(1)]]), '*2\r\n$1\r\na\r\n:1\r\n', '%1\r\n$1\r\na\r\n:1\r\n'],
    [{ kind: 'set', items: [bulk('a')] }, '*1\r\n$1\r\na\r\n', '~1\r\n$1\r\na\r\n'],
    [{ kind: 'boolean', value: false }, ':0\r\n', '#f\r\n'],
    [{ kind: 'double', text: 'inf' }, '$3\r\ninf\r\n', ',inf\r\n'],
    [verbatim('hi'), '$2\r\nhi\r\n', '=6\r\ntxt:hi\r\n'],
    [push([bulk('message')]), '*1\r\n$7\r\nmessage\r\n', '>1\r\n$7\r\nmessage\r\n'],
    [error('ERR a\r\nb'), '-ERR a  b\r\n', '-ERR a  b\r\n'],
    [integer(9223372036854775807n), ':9223372036854775807\r\n', ':9223372036854775807\r\n'],
  ])('number %# is written in both versions', (it, two, three) => {
    expect([encodeReply(it, 2), encodeReply(it, 3)]).toEqual([two, three])
  })

  test.each(['?\r\n', ':x\r\n', '$x\r\n', '*-2\r\n'])('%j is no reply', (stream) => {
    expect(parseReplies(EMPTY_REPLIES, stream).problem).not.toBe(null)
  })
})

// As redis-cli 7.0.15 shows them.
describe('what people see', () => {
  test.each<[Reply, string]>([
    [simple('OK'), 'OK'],
    [error('ERR syntax error'), '(error) ERR syntax error'],
    [integer(3), '(integer) 3'],
    [NULL, '(nil)'],
    [bulk('a"\\\n\x00ÿ'), '"a\\"\\\\\\n\\x00\\xff"'],
    [array([]), '(empty array)'],
    [{ kind: 'set', items: [] }, '(empty set)'],
    [map([]), '(empty hash)'],
    [
      array([bulk('a'), array([integer(1), integer(2)]), NULL]),
      '1) "a"\n2) 1) (integer) 1\n   2) (integer) 2\n3) (nil)',
    ],
    [
      array(Array.from({ length: 10 }, (_, at) => integer(at))),
      Array.from({ length: 10 }, (_, at) => `${String(at + 1).padStart(2)}) (integer) ${at}`).join('\n'),
    ],
    [map([[bulk('k'), array([integer(1), integer(2)])]]), '1# "k" => 1) (integer) 1\n   2) (integer) 2'],
    [{ kind: 'set', items: [bulk('a')] }, '1~ "a"'],
    [{ kind: 'double', text: '1.5' }, '(double) 1.5'],
    [{ kind: 'boolean', value: true }, '(true)'],
    [verbatim('# Server\r\n'), '# Server\r\n'],
  ])('%j', (it, text) => {
    expect(renderReply(it)).toBe(text)
  })

  test('texts for people are printed as they are', () => {
    expect([['INFO'], ['cluster', 'NODES'], ['CLUSTER', 'SLOTS'], ['GET', 'info']].map(printsRaw)).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(rawReply(array([bulk('a'), integer(1), NULL]))).toBe('a\n1\n')
  })

  test.each([
    ['SET a b', ['SET', 'a', 'b']],
    ['  a\t"b c"  ', ['a', 'b c']],
    ['a "\\x41\\n\\q\\""', ['a', 'A\nq"']],
    ["a 'b\\'c\\n'", ['a', "b'c\\n"]],
    ['a ""', ['a', '']],
    ['', []],
    ['a "b', null],
    ['a "b"c', null],
    ["a 'b", null],
    ['foo"bar"', ['foobar']],
  ])('the line %j', (line, args) => {
    expect(splitArguments(line)).toEqual(args)
  })

  test('a quoted text is read back', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        expect(splitArguments(quote(text))).toEqual([text])
      }),
    )
  })
})
