import { expect, it } from 'vitest'
import { CALM, lab, PLANTED } from './memory-io.test-helper.ts'

const runJson = async (text: string, ...options: string[]) => {
  const { exit, out, err } = await lab(['run', 'x.lab', '--json', ...options], { files: { 'x.lab': text } })
  return { exit, err, report: JSON.parse(out) }
}

it('tells every judge, every measure, the digest, and ends with 0 when all rules held', async () => {
  const { exit, out, err } = await lab(['run', 'x.lab'], { files: { 'x.lab': CALM } })
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  expect(out).toMatch(/^A calm run\nlab raft, seed 7, until 3s\n/)
  expect(out).toMatch(/^holds {3}Election Safety \(Raft, Figure 3/m)
  expect(out).toMatch(/^Leaders elected +1$/m)
  expect(out).toMatch(/^all \d+ rules held to 3s\ntime 3s, events \d+, digest [0-9a-f]{16}\n$/m)
  expect(out).not.toContain('BROKEN')
})

it('gives one JSON object with the same content', async () => {
  const { exit, report } = await runJson(CALM)
  expect(exit).toBe(0)
  expect(report).toMatchObject({
    file: 'x.lab',
    lab: 'raft',
    title: 'A calm run',
    seed: 7,
    untilUs: 3_000_000,
    timeUs: 3_000_000,
    held: true,
  })
  expect(report.verdicts.length).toBeGreaterThan(5)
  for (const verdict of report.verdicts)
    expect(verdict).toEqual({
      id: expect.any(String),
      title: expect.any(String),
      source: expect.any(String),
      meaning: expect.any(String),
      holds: true,
      detail: verdict.detail === null ? null : expect.any(String),
      broken: null,
    })
  expect(report.measures).toContainEqual({
    id: 'elections',
    title: 'Leaders elected',
    unit: '',
    value: 1,
    theory: null,
  })
})

it('is the same run every time, and another one under another seed', async () => {
  const first = await runJson(CALM)
  expect((await runJson(CALM)).report).toEqual(first.report)
  expect((await runJson(CALM, '--seed', '8')).report.digest).not.toBe(first.report.digest)
  const written = await runJson(CALM.replace('seed 7', 'seed 8'))
  expect((await runJson(CALM, '--seed=8')).report).toEqual(written.report)
})

it('ends where --until says, as if the text said it', async () => {
  const written = await runJson(CALM.replace('until 3s', 'until 2.5s'))
  const given = await runJson(CALM, '--until', '2.5s')
  expect(given.report).toEqual(written.report)
  expect(given.report.digest).not.toBe((await runJson(CALM)).report.digest)
  // An end before the last act: the run is over before the act comes.
  expect((await runJson(CALM, '--until', '0.5s')).report.timeUs).toBe(500_000)
})

it('stops at a broken rule, names it with instant, source and explanation, and ends with 1', async () => {
  const { exit, report } = await runJson(PLANTED)
  expect(exit).toBe(1)
  expect(report.held).toBe(false)
  const [verdict, ...others] = report.verdicts.filter((each: { holds: boolean }) => !each.holds)
  expect(others).toEqual([])
  expect(verdict.title).toBe('Commit index')
  expect(verdict.source).toContain('Figure 2')
  expect(verdict.broken.explanation).toMatch(/the commit index of n\d fell from \d+ to \d+/)
  expect(verdict.broken).toMatchObject({ timeUs: report.timeUs, event: report.events })
  expect(report.timeUs).toBeLessThan(report.untilUs)
  const { exit: sameExit, out } = await lab(['run', 'x.lab'], { files: { 'x.lab': PLANTED } })
  expect(sameExit).toBe(1)
  expect(out).toMatch(/^BROKEN {2}Commit index \(.*\)\n {8}at \S+, event \d+: the commit index of n\d fell/m)
})

it('reads standard input', async () => {
  const { exit, out } = await lab(['run', '-'], { files: { '-': CALM } })
  expect(exit).toBe(0)
  expect(out).toContain('all ')
})

it('shows a bar on a terminal and wipes it', async () => {
  const { out, err } = await lab(['run', 'x.lab', '--until', '60s'], { files: { 'x.lab': CALM }, columns: 60 })
  expect(err).toMatch(/\[#*-+\] \d+% /)
  expect(err.endsWith('\r\x1b[K')).toBe(true)
  expect(out).toContain('all ')
  for (const line of err.split('\r\x1b[K')) expect(line.length).toBeLessThan(60)
})

/** [what is wrong, text of x.lab, options, what standard error must say] */
const BAD: readonly [string, string, readonly string[], string | RegExp][] = [
  [
    'every mistake of a text, with line and column',
    'lab raft\nseed x\nat 1s kil n1\nuntil 2s\n',
    [],
    /^x\.lab:2:6: .+; expected an integer .+\nx\.lab:3:7: there is no verb `kil`; .+; did you mean `kill`\?\n$/,
  ],
  ['a text without an end', 'lab raft\nat 1s kill n1\n', [], /^x\.lab: the experiment names no end; expected .*until/],
  [
    'an act that the text alone shows to be impossible',
    'lab raft\nat 1s kill n1\nat 2s  kill n1\nuntil 3s\n',
    [],
    /^x\.lab:3:8: kill n1: .*/,
  ],
  [
    'an act that the world refuses when its time comes',
    '\uFEFF# t\r\nlab raft\r\n\tat 2s note "later"\r\n at 1s  drop m99999\r\nuntil 3s\r\n',
    [],
    'x.lab:4:9: m99999 is not in flight now; expected an act that is possible at 1s\n',
  ],
  ['an unknown option, with the nearest', CALM, ['--sed', '4'], 'there is no option --sed; did you mean `--seed`?\n'],
  ['an option without value', CALM, ['--seed'], '--seed needs a value\n'],
  ['a flag with a value', CALM, ['--json=yes'], '--json takes no value\n'],
  ['an option given twice', CALM, ['--seed=1', '--seed=2'], '--seed is given twice\n'],
  ['a seed that is none', CALM, ['--seed', '-1'], /^--seed.*-1/],
  [
    'a seed too large to be exact',
    CALM,
    ['--seed', '9007199254740992'],
    /^--seed 9007199254740992: expected an integer/,
  ],
  ['a time that is none', CALM, ['--until', '10'], /^--until 10: expected a duration such as 60s/],
  ['two files', CALM, ['y.lab'], 'run takes one file; `y.lab` is one too many\n'],
  ['a lab that does not exist', 'lab rafft\nuntil 1s\n', [], /^x\.lab:1:5: .*did you mean `raft`\?\n$/],
  ['a text that is far too long', `lab raft\n${'# x\n'.repeat(300_000)}`, [], /^x\.lab: larger than \d+ bytes\n$/],
]

it.each(BAD)('refuses %s, with 2 and nothing on standard output', async (_what, text, options, message) => {
  const { exit, out, err } = await lab(['run', 'x.lab', ...options], { files: { 'x.lab': text } })
  expect(err).toMatch(message)
  expect({ exit, out }).toEqual({ exit: 2, out: '' })
})

it('refuses a missing file, a missing name, and bytes that are no text', async () => {
  expect(await lab(['run', 'none.lab'])).toMatchObject({ exit: 2, err: 'none.lab: there is no such file\n' })
  expect(await lab(['run'])).toMatchObject({ exit: 2, err: expect.stringContaining('run needs a file') })
  const binary = { 'x.lab': new Uint8Array([0x6c, 0xff, 0xfe, 0x00]) }
  expect(await lab(['run', 'x.lab'], { files: binary })).toMatchObject({
    exit: 2,
    err: 'x.lab: this is no UTF-8 text\n',
  })
})

it('explains itself, and knows the nearest command', async () => {
  for (const args of [[], ['help'], ['--help'], ['run', '--help']]) {
    const { exit, out } = await lab(args)
    expect(exit).toBe(0)
    for (const name of ['run', 'sweep', 'export', 'check']) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  }
  expect(await lab(['swep'])).toMatchObject({
    exit: 2,
    out: '',
    err: 'there is no command `swep`; did you mean `sweep`?\n',
  })
  expect(await lab(['constructor'])).toMatchObject({ exit: 2, out: '' })
})
