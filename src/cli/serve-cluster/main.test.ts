import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { simple } from '../../protocols/cluster/reply.ts'
import { Wire } from './fleet.test-helper.ts'

const MAIN = new URL('main.ts', import.meta.url).pathname

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text))
  const line = async () => (await lines.next()).value as string
  return { child, line, ended: ended(child), complaints: () => complaints }
}

const ended = (child: ChildProcess) =>
  new Promise<number | string | null>((done) => child.on('close', (code, signal) => done(code ?? signal)))

/** Far from those that the other tests try. */
const PORT = 31_000 + (process.pid % 1000)

test('says ready, does what standard input says, survives its end, and ends when it is told', async () => {
  const { child, line, ended, complaints } = start(
    '--port',
    `${PORT}`,
    '--masters',
    '2',
    '--replica-of',
    'none',
    '--assign',
  )
  expect(await line()).toBe('ready')
  child.stdin!.write('kill M2\n\nrestart M2\nnonsense\n')
  expect([await line(), await line()]).toEqual(['ok', 'ok'])
  expect(await line()).toMatch(/^error there is no verb "nonsense"/)
  child.stdin!.end()
  const wire = await Wire.open(PORT)
  expect(await wire.say('PING')).toEqual(simple('PONG'))
  child.kill('SIGTERM')
  expect([await ended, complaints()]).toEqual([0, ''])
})

test('quit ends it', async () => {
  const { child, line, ended } = start('--port', `${PORT + 1000}`, '--masters', '1')
  expect(await line()).toBe('ready')
  child.stdin!.write('quit\n')
  expect([await line(), await ended]).toEqual(['ok', 0])
})

test('a command line that makes no sense ends with 2 and one line', async () => {
  const { ended, complaints } = start('--masters', 'many')
  expect(await ended).toBe(2)
  expect(complaints()).toBe('--masters many: expected an integer from 1 to 1000\n')
})
