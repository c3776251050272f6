import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeDesignFile } from '../labs/floating/design-file.ts'
import { shipped } from '../physics/designs/index.ts'
import { CALM, PLANTED } from './memory-io.test-helper.ts'

// The real command, in a process of its own: what a shell and a CI job see.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-'))
  writeFileSync(join(folder, 'calm.lab'), CALM)
  writeFileSync(join(folder, 'planted.lab'), PLANTED)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** As `npm run lab` starts it: in the folder of the package, called from another one. */
function lab(args: readonly string[], input = '') {
  const env = { ...process.env, npm_lifecycle_event: 'lab', INIT_CWD: folder }
  const command = ['--import', 'tsx', 'src/cli/main.ts', ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, env, input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

it('exits with 0, 1 and 2', () => {
  expect(lab(['run', 'calm.lab', '--until', '1s'])).toMatchObject({ status: 0, stderr: '' })
  expect(lab(['run', 'planted.lab'])).toMatchObject({ status: 1, stderr: '' })
  expect(lab(['run', 'none.lab'])).toEqual({ status: 2, stdout: '', stderr: 'none.lab: there is no such file\n' })
})

it('reads standard input and writes JSON that nothing else mixes with', () => {
  const { status, stdout } = lab(['run', '-', '--json', '--until', '1s'], CALM)
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ file: 'standard input', held: true })
})

it('sweeps on several processes', () => {
  const { status, stdout } = lab(['sweep', 'planted.lab', '--seeds', '1..6', '--jobs', '2'])
  expect(status).toBe(1)
  expect(stdout).toContain('seeds 1..6 to 5s: a rule broke under 6')
})

it('writes files where it was called', () => {
  expect(lab(['export', 'calm.lab', '--history', 'h.json', '--until', '2s']).status).toBe(0)
  expect(JSON.parse(readFileSync(join(folder, 'h.json'), 'utf8')).ops.length).toBeGreaterThan(0)
})

it('solves a platform, and ends with 2 at a bad one', () => {
  const design = writeDesignFile(shipped('cylinder'))
  const { status, stdout, stderr } = lab(['solve', '-', '--json'], design)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(Object.keys(JSON.parse(stdout).cases)).toEqual(['1', '2'])
  expect(lab(['solve', '-'], design.replace('length: 365', 'length: 0'))).toEqual({
    status: 2,
    stdout: '',
    stderr: 'standard input: mooring.lines[0].length: expected a number above 0, found 0\n',
  })
})
