import { expect, it } from 'vitest'
import { CALM, lab, PLANTED } from './memory-io.test-helper.ts'

const ALL = ['--history', 'h.json', '--trace', 't.ndjson', '--csv', 'm.csv']

it('writes the history of the clients, a line for every event, and the measures over time', async () => {
  const { exit, out, files } = await lab(['export', 'x.lab', ...ALL], { files: { 'x.lab': CALM } })
  expect(exit).toBe(0)
  const { ops } = JSON.parse(files.get('h.json')!)
  expect(out).toContain(`h.json: ${ops.length} operations\n`)
  expect(ops.length).toBeGreaterThan(20)
  expect(ops).toContainEqual({
    client: 'c1',
    key: 'x',
    op: 'put',
    value: '1',
    ok: true,
    call: 1_000_000,
    ret: expect.any(Number),
  })
  for (const { call, ret } of ops) if (ret !== null) expect(ret).toBeGreaterThan(call)
  const rows = files
    .get('t.ndjson')!
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(out).toContain(`t.ndjson: ${rows.length} rows\n`)
  const times = rows.map(({ event }) => event.time)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(rows.some(({ event }) => event.name === 'became-leader')).toBe(true)
  const [head, ...lines] = files.get('m.csv')!.trimEnd().split('\n')
  expect(head).toMatch(/^time_us,/)
  // Every 100 ms from 0 to 3 s, both ends included.
  expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(Array.from({ length: 31 }, (_, at) => at * 100_000))
})

it('writes only what it is asked for, of the seed and up to the end that it is given', async () => {
  const given = { files: { 'x.lab': CALM } }
  const short = await lab(['export', 'x.lab', '--csv', 'm.csv', '--seed', '9', '--until', '1s'], given)
  expect([...short.files.keys()]).toEqual(['x.lab', 'm.csv'])
  expect(short.files.get('m.csv')!.trimEnd().split('\n').length).toBe(1 + 11)
})

it('exports a run up to its broken rule, and ends with 1', async () => {
  const { exit, err, files } = await lab(['export', 'x.lab', ...ALL], { files: { 'x.lab': PLANTED } })
  expect(exit).toBe(1)
  expect(err).toMatch(/^x\.lab: Commit index: the commit index of n\d fell/)
  expect(JSON.parse(files.get('h.json')!).ops.length).toBeGreaterThan(0)
})

it.each([
  [[], 'export needs at least one of --history, --trace and --csv\n'],
  [['--csv', 'a', '--trace', 'a'], 'a is named twice\n'],
  [['--csv', 'x.lab'], 'x.lab is named twice\n'],
  [['--csv', 'read-only/a'], 'read-only/a: not permitted\n'],
])('refuses %j and writes nothing', async (options, message) => {
  const { exit, err, files } = await lab(['export', 'x.lab', ...options], { files: { 'x.lab': CALM } })
  expect({ exit, err }).toEqual({ exit: 2, err: message })
  expect([...files]).toEqual([['x.lab', CALM]])
})

it('leaves older files alone when the experiment is wrong', async () => {
  const files = { 'x.lab': 'lab raft\nsead 4\nuntil 1s\n', 'h.json': 'old' }
  const ended = await lab(['export', 'x.lab', '--history', 'h.json'], { files })
  expect(ended.exit).toBe(2)
  expect(ended.files.get('h.json')).toBe('old')
})
