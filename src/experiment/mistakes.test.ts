import { describe, expect, it, test } from 'vitest'
import { present } from '../base/assert.ts'
import { parse } from './parser.ts'
import { explain } from './problem.ts'
import { languages } from './toy.test-helper.ts'
import type { Problem } from './types.ts'

function problemsOf(text: string): readonly Problem[] {
  const result = parse(text, languages, ['toy'])
  return result.ok ? [] : result.error
}

/** One mistake in one text: `^` under the text's last line marks what the problem points at. */
interface Case {
  readonly text: string
  readonly marks: string
  readonly message?: RegExp
  readonly expected: RegExp
  readonly suggestion?: string | null
}

const CASES: readonly Case[] = [
  { text: '', marks: '^', message: /says nothing/, expected: /lab NAME/ },
  { text: 'seed 1', marks: '^^^^', expected: /lab NAME/ },
  { text: 'lab', marks: '   ^', expected: /one word/ },
  { text: 'lab tyo', marks: '    ^^^', message: /no lab `tyo`/, expected: /toy/, suggestion: 'toy' },
  { text: 'lab toy now', marks: '        ^^^', message: /`now`/, expected: /end of the line/ },
  { text: 'lab toy\nlab toy', marks: '^^^', message: /twice/, expected: /line 1/ },
  { text: 'lab toy\nseed -1', marks: '     ^^', message: /too small/, expected: /integer from 0/ },
  { text: 'lab toy\nseed 9007199254740992', marks: '     ^^^^^^^^^^^^^^^^', message: /too large/, expected: /integer/ },
  { text: 'lab toy\nseed 1\nseed 2', marks: '^^^^', message: /twice/, expected: /line 2 has it/ },
  { text: 'lab toy\nsede 2', marks: '^^^^', message: /`sede`/, expected: /statement/, suggestion: 'seed' },
  { text: 'lab toy\nkill n1', marks: '^^^^', message: /no time/, expected: /at 1s kill/ },
  { text: 'lab toy\nset', marks: '   ^', expected: /`nodes`/ },
  {
    text: 'lab toy\nset node 5',
    marks: '    ^^^^',
    message: /no setting `node`/,
    expected: /`nodes`/,
    suggestion: 'nodes',
  },
  { text: 'lab toy\nset nodes', marks: '         ^', message: /missing/, expected: /integer from 1 to 7/ },
  { text: 'lab toy\nset nodes 0', marks: '          ^', message: /at least 1/, expected: /integer from 1 to 7/ },
  { text: 'lab toy\nset nodes 1000', marks: '          ^^^^', message: /at most 7/, expected: /1 to 7/ },
  { text: 'lab toy\nset nodes 3\nset nodes 3', marks: '^^^', message: /`nodes` is given twice/, expected: /line 2/ },
  { text: 'lab toy\nset heartbeat 20', marks: '              ^^', expected: /from 1ms to 1s/, suggestion: '20ms' },
  {
    text: 'lab toy\nset heartbeat 200ms',
    marks: '^^^^^^^^^^^^^^^^^^^',
    message: /shorter than the election timeout/,
    expected: /settings that agree/,
  },
  {
    text: 'lab toy\nset election-timeout 30ms..20ms',
    marks: '                     ^^^^^^^^^^',
    message: /backwards/,
    expected: /150ms..300ms/,
    suggestion: '20ms..30ms',
  },
  {
    text: 'lab toy\nset election-timeout 1ms..20ms',
    marks: '                     ^^^^^^^^^',
    message: /`1ms` is too small: at least 10ms/,
    expected: /10ms to 10s/,
  },
  { text: 'lab toy\nset loss 30', marks: '         ^^', expected: /share such as 30%/, suggestion: '30%' },
  { text: 'lab toy\nset load 20', marks: '         ^^', expected: /20\/s/, suggestion: '20/s' },
  { text: 'lab toy\nset pre-vote yes', marks: '             ^^^', expected: /on or off/, suggestion: null },
  { text: 'lab toy\nset disk fsat', marks: '         ^^^^', expected: /`fast` or `slow`/, suggestion: 'fast' },
  {
    text: 'lab toy\nset leader n9',
    marks: '           ^^',
    message: /no node `n9`/,
    expected: /a node: n1 … n5/,
    suggestion: null,
  },
  { text: 'lab toy\nset log.n6 1', marks: '    ^^^^^^', message: /`log.n6` names nobody/, expected: /log.n5/ },
  { text: 'lab toy\nset log.n1 2,1', marks: '           ^^^', message: /never fall/, expected: /1,1,4/ },
  { text: 'lab toy\nset teams', marks: '         ^', message: /missing/, expected: /names of letters/ },
  { text: 'lab toy\nset teams red a_b', marks: '              ^^^', message: /no name/, expected: /at most 4/ },
  { text: 'lab toy\nset teams a b a', marks: '              ^', message: /named twice/, expected: /names/ },
  { text: 'lab toy\nset teams a b c d e', marks: '                  ^', message: /too many/, expected: /at most 4/ },
  { text: 'lab toy\nset teams - red', marks: '            ^^^', message: /does not fit/, expected: /end of the line/ },
  { text: 'lab toy\nset pipes a>b c', marks: '              ^', message: /no pipe/, expected: /web>api/ },
  { text: 'lab toy\nset gaps 5ms,0', marks: '         ^^^^^', message: /`0` is too small/, expected: /10ms,20ms/ },
  { text: 'lab toy\nset gaps 5ms,7', marks: '         ^^^^^', message: /`7` is not a duration/, expected: /to 1s/ },
  { text: 'lab toy\nset shares 5%,5%,5%,5%', marks: '           ^^^^^^^^^^^', message: /4 values/, expected: /70%/ },
  { text: 'lab toy\nset log.n1 0', marks: '           ^', message: /not a list of terms/, expected: /1,1,4/ },
  {
    text: 'lab toy\nat 1s heal\nset nodes 3',
    marks: '^^^',
    message: /behind an act/,
    expected: /above the first `at`/,
  },
  { text: 'lab toy\nat', marks: '  ^', expected: /duration/ },
  { text: 'lab toy\nat 1.2 kill n1', marks: '   ^^^', message: /not a duration/, expected: /150ms/ },
  { text: 'lab toy\nat 1s', marks: '     ^', message: /missing/, expected: /`kill`/ },
  {
    text: 'lab toy\nat 1s partion n1 | n2',
    marks: '      ^^^^^^^',
    message: /no verb `partion`/,
    expected: /`kill`/,
    suggestion: 'partition',
  },
  { text: 'lab toy\nat 1s Kill n1', marks: '      ^^^^', expected: /`kill`/, suggestion: 'kill' },
  { text: 'lab toy\nat 1s kill', marks: '          ^', expected: /a node: n1 … n5/ },
  { text: 'lab toy\nat 1s kill # whom?', marks: '           ^', expected: /a node: n1 … n5/ },
  {
    text: 'lab toy\nat 1s kill N1',
    marks: '           ^^',
    message: /no node `N1`/,
    expected: /a node/,
    suggestion: 'n1',
  },
  { text: 'lab toy\nat 1s kill c1', marks: '           ^^', message: /`c1` is a client/, expected: /a node: n1 … n5/ },
  { text: 'lab toy\nat 1s kill n1 n2', marks: '              ^^', expected: /end of the line/ },
  {
    text: 'lab toy\nat 1s client c1 putt x 1',
    marks: '                ^^^^',
    expected: /`put` or `get`/,
    suggestion: 'put',
  },
  { text: 'lab toy\nat 1s client c1 put x', marks: '                     ^', expected: /one word/ },
  {
    text: 'lab toy\nat 1s client n1 put x 1',
    marks: '             ^^',
    message: /`n1` is a node/,
    expected: /a client: c1, c2/,
  },
  {
    text: 'lab toy\nat 1s client c1 get "x',
    marks: '                    ^^',
    message: /never closed/,
    expected: /closing/,
  },
  {
    text: 'lab toy\nat 1s client c1 get "x"y',
    marks: '                       ^',
    message: /closing/,
    expected: /blank/,
  },
  { text: 'lab toy\nat 1s client c1 get "\\n"', marks: '                     ^^', message: /escape/, expected: /\\"/ },
  { text: 'lab toy\nat 1s partition n1 n2', marks: '                     ^', message: /missing/, expected: /\|/ },
  { text: 'lab toy\nat 1s partition n1 | | n2', marks: '                     ^', message: /empty/, expected: /groups/ },
  {
    text: 'lab toy\nat 1s partition n1 | n2 n1',
    marks: '                        ^^',
    message: /named twice/,
    expected: /groups/,
  },
  {
    text: 'lab toy\nat 1s partition n1|n8',
    marks: '                   ^^',
    message: /no node or client `n8`/,
    expected: /groups/,
  },
  { text: 'lab toy\nat 1s isolate n1 on', marks: '                 ^^', expected: /`in` or `out`/, suggestion: 'in' },
  { text: 'lab toy\nat 1s link n1-n2 cut', marks: '           ^^^^^', message: /not a direction/, expected: /n1>n3/ },
  { text: 'lab toy\nat 1s link n1>n1 cut', marks: '           ^^^^^', message: /the same/, expected: /n1>n3/ },
  {
    text: 'lab toy\nat 1s link N1>n2 cut',
    marks: '           ^^^^^',
    message: /`N1`/,
    expected: /n1>n3/,
    suggestion: 'n1>n2',
  },
  { text: 'lab toy\nat 1s link n1>n2', marks: '                ^', expected: /`delay`, `loss`/ },
  { text: 'lab toy\nat 1s link n1>n2 los 3%', marks: '                 ^^^', expected: /`delay`/, suggestion: 'loss' },
  {
    text: 'lab toy\nat 1s link n1>n2 cut cut',
    marks: '                     ^^^',
    message: /`cut` is given twice/,
    expected: /`delay`/,
  },
  { text: 'lab toy\nat 1s link n1>n2 loss', marks: '                     ^', expected: /share such as 30%/ },
  {
    text: 'lab toy\nat 1s link n1>n2 loss 101%',
    marks: '                      ^^^^',
    message: /not a share/,
    expected: /30%/,
  },
  {
    text: 'lab toy\nat 1s link n1>n2 cut open',
    marks: '      ^^^^^^^^^^^^^^^^^^^',
    message: /`open` and `cut` contradict/,
    expected: /possible at 1s/,
  },
  {
    text: 'lab toy\nat 1s link * reset loss 1%',
    marks: '      ^^^^^^^^^^^^^^^^^^^^',
    message: /`reset` and `loss`/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 1s clock n1 ahead 1s behind 1s',
    marks: `      ${'^'.repeat(27)}`,
    message: /contradict/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 1s clock n1 fast 100001',
    marks: '                    ^^^^^^',
    message: /at most 100000/,
    expected: /integer/,
  },
  {
    text: 'lab toy\nat 1s disk n1 stall resume',
    marks: `      ${'^'.repeat(20)}`,
    message: /contradict/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 1s disk n1 on-crash tron',
    marks: '                       ^^^^',
    expected: /`keep`, `torn` or `lost`/,
    suggestion: 'torn',
  },
  { text: 'lab toy\nat 1s drop 17', marks: '           ^^', message: /not a message/, expected: /m1234/ },
  { text: 'lab toy\nat 1s note', marks: '          ^', expected: /a text/ },
  {
    text: 'lab toy\nat 1s set nodes 3',
    marks: '          ^^^^^',
    message: /cannot change while the world runs/,
    expected: /`heartbeat`/,
  },
  {
    text: 'lab toy\nat 1s set haertbeat 3ms',
    marks: '          ^^^^^^^^^',
    expected: /`heartbeat`/,
    suggestion: 'heartbeat',
  },
  {
    text: 'lab toy\nat 1s set heartbeat 200ms',
    marks: `      ${'^'.repeat(19)}`,
    message: /shorter than/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 1s restart n1 # up',
    marks: '      ^^^^^^^^^^',
    message: /^restart n1: n1 is running/,
    expected: /possible at 1s/,
  },
  {
    text: 'lab toy\nat 1s kill n1\nat 2s kill n1',
    marks: '      ^^^^^^^',
    message: /n1 is down already/,
    expected: /possible at 2s/,
  },
  {
    text: 'lab toy\nat 1s kill n1\nat 2s pause n1',
    marks: '      ^^^^^^^^',
    message: /n1 is down/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 1s pause n1\nat 2s restart n1',
    marks: '      ^^^^^^^^^^',
    message: /`resume` lets it go on/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 1s pause n1\nat 2s pause n1',
    marks: '      ^^^^^^^^',
    message: /paused already/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 2s resume n1',
    marks: '      ^^^^^^^^^',
    message: /n1 is running already/,
    expected: /possible/,
  },
  {
    text: 'lab toy\nat 2s heal\nuntil 1s',
    marks: '^^^^^^^^',
    message: /before its last act \(line 2\)/,
    expected: /2s or later/,
  },
  { text: 'lab toy\nuntil 1s\nuntil 2s', marks: '^^^^^', message: /twice/, expected: /line 2/ },
  { text: 'lab toy\nat 1s note a\u001bb', marks: '            ^', message: /U\+001B/, expected: /control/ },
]

describe('a mistake is told with its place, what was expected and what was meant', () => {
  test.each(CASES)('$text', ({ text, marks, message, expected, suggestion }) => {
    const problems = problemsOf(text)
    expect(problems).toHaveLength(1)
    const problem = present(problems[0], 'problem')
    expect(problem.line).toBe(text.split('\n').length)
    expect(' '.repeat(problem.column - 1) + '^'.repeat(problem.length)).toBe(marks)
    if (message !== undefined) expect(problem.message).toMatch(message)
    expect(problem.expected).toMatch(expected)
    if (suggestion !== undefined) expect(problem.suggestion).toBe(suggestion)
  })

  it('all at once, in the order of the text, and no act is judged by a broken header', () => {
    const problems = problemsOf('lab toy\nset nodes 1000\nat 2s kil n1\nat 1s kill n6\nat 3s restart n1')
    expect(problems.map(({ line }) => line)).toEqual([2, 3])
  })

  it('tells at most twenty', () => {
    expect(problemsOf(`lab toy\n${'foo\n'.repeat(100)}`)).toHaveLength(20)
  })

  it('names a contradiction that only defaults bring about at the last setting', () => {
    expect(problemsOf('lab toy\nset election-timeout 20ms..30ms\nseed 3')).toMatchObject([{ line: 2, column: 1 }])
  })

  it('explains itself in one line', () => {
    expect(problemsOf('lab toy\nat 1s drpo m1').map(explain)).toEqual([
      expect.stringMatching(/^line 2, column 7: there is no verb `drpo`; expected .*; did you mean `drop`\?$/),
    ])
  })
})
