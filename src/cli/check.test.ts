import { expect, it } from 'vitest'
import { HISTORY_BYTES_MAX } from './check.ts'
import { CALM, lab } from './memory-io.test-helper.ts'

const history = (...ops: readonly object[]) => JSON.stringify({ ops })

/** Written by another system: numbers for clients, a bare list, fields that nobody here knows. */
const FOREIGN = JSON.stringify([
  { process: 4, client: 0, key: 5, op: 'put', value: 17, call: 10.5, ret: 20.25, ok: true, node: 'db1' },
  { client: 1, key: 5, op: 'get', result: 17, call: 21, ret: 22 },
])
/** The second read goes back to before the first: no order explains both. */
const ILLEGAL = history(
  { client: 'a', key: 'x', op: 'put', value: '1', call: 0, ret: 10, ok: true },
  { client: 'a', key: 'x', op: 'put', value: '2', call: 20, ret: 30, ok: true },
  { client: 'b', key: 'x', op: 'get', result: '2', found: true, call: 40, ret: 50 },
  { client: 'b', key: 'x', op: 'get', result: '1', found: true, call: 60, ret: 70 },
)

/**
 * Thirty appends that may or may not have happened, any subset of which leads to a beginning of what is read, none to it:
 * the last one came too late.
 */
function undecidable(): string {
  const append = (at: number) => ({
    client: `w${at}`,
    key: 'x',
    op: 'append',
    value: 'a'.repeat(at + 1),
    call: 0,
    ret: null,
  })
  const read = { client: 'r', key: 'x', op: 'get', result: `${'a'.repeat(465)}b`, found: true, call: 1, ret: 2 }
  const late = { ...append(0), client: 'late', value: 'b', call: 3 }
  return history(...Array.from({ length: 30 }, (_, at) => append(at)), read, late)
}

it('says ok to what an export wrote', async () => {
  const exported = await lab(['export', 'x.lab', '--history', 'h.json'], { files: { 'x.lab': CALM } })
  const files = { 'h.json': exported.files.get('h.json')! }
  expect(await lab(['check', 'h.json'], { files })).toMatchObject({ exit: 0, out: 'h.json: ok\n', err: '' })
})

it('judges foreign histories, each on a line of its own, the witness under an illegal one', async () => {
  const files = { 'a.json': FOREIGN, 'b.json': ILLEGAL, 'c.json': history() }
  const { exit, out } = await lab(['check', 'a.json', 'b.json', 'c.json'], { files })
  expect(exit).toBe(1)
  const lines = out.split('\n')
  expect(lines[0]).toBe('a.json: ok')
  expect(lines[1]).toBe('b.json: illegal')
  expect(lines.slice(-2)).toEqual(['c.json: ok', ''])
  const witness = lines.slice(2, -2)
  expect(witness.length).toBeGreaterThan(2)
  for (const line of witness) expect(line).toMatch(/^ {4}\S/)
})

it('says undecided within its bound, and ends with 1', async () => {
  const { exit, out } = await lab(['check', '--steps', '20000', 'h.json'], { files: { 'h.json': undecidable() } })
  expect(out).toMatch(/^h\.json: undecided\n {4}key x: the bound of 20000 steps .*\n$/)
  expect(exit).toBe(1)
})

it('names bad files with the reason, judges the others, and ends with 2', async () => {
  const files = {
    'no-json.json': '{"ops": [',
    'no-history.json': '{"operations": []}',
    'wrong-op.json': history({ client: 'a', key: 'x', op: 'swap', value: '1', call: 0, ret: 1 }),
    'illegal.json': ILLEGAL,
    'huge.json': new Uint8Array(HISTORY_BYTES_MAX + 1).fill(0x20),
    'ok.json': FOREIGN,
  }
  const { exit, out, err } = await lab(['check', ...Object.keys(files), 'none.json'], { files })
  expect(exit).toBe(2)
  expect(out).toMatch(/^illegal\.json: illegal\n( {4}.*\n)+ok\.json: ok\n$/)
  const lines = err.trimEnd().split('\n')
  expect(lines).toHaveLength(5)
  expect(lines[0]).toMatch(/^no-json\.json: this is no JSON: /)
  expect(lines[1]).toMatch(/^no-history\.json: expected \{"ops"/)
  expect(lines[2]).toMatch(/^wrong-op\.json: ops\[0\]\.op: expected "put"/)
  expect(lines[3]).toBe(`huge.json: larger than ${HISTORY_BYTES_MAX} bytes`)
  expect(lines[4]).toBe('none.json: there is no such file')
})

it('refuses no file and unknown options', async () => {
  expect(await lab(['check'])).toMatchObject({ exit: 2, out: '' })
  expect(await lab(['check', '--fast', 'h.json'])).toMatchObject({
    exit: 2,
    out: '',
    err: expect.stringContaining('--fast'),
  })
})
