import { expect } from 'vitest'
import { draw, streamKey } from '../../../base/prng.ts'
import type { Bytes } from '../bytes.ts'
import { Keyspace } from '../keyspace.ts'
import { quote, renderReply, splitArguments } from '../resp.ts'
import { findCommand } from './lookup.ts'
import { COMMANDS } from './table.ts'
import type { CommandSpec, DataCall, DataOutcome } from './types.ts'

const KEY = streamKey(1, 'shell')

/** One keyspace at a prompt: data commands without a server around them. */
export class Shell implements DataCall {
  db = Keyspace.empty
  nowMs = 1_000_000
  resp: 2 | 3 = 2
  fromMaster = false
  retry = false
  private draws = 0

  random(): number {
    return draw(KEY, this.draws++)
  }

  /** Without the keys whose time is over. */
  expireAll(): Keyspace {
    for (const key of this.db.expired(this.nowMs, Number.POSITIVE_INFINITY)) this.db = this.db.delete(key)
    return this.db
  }

  /** The command that the arguments name; null: there is none. */
  found(args: readonly Bytes[]): CommandSpec | null {
    const found = findCommand(COMMANDS, args)
    return 'run' in found ? found : null
  }

  /** Carries a command out, or gives the error of the table. */
  execute(args: readonly Bytes[]): DataOutcome {
    const db = this.expireAll()
    const found = findCommand(COMMANDS, args)
    if (!('run' in found)) return { reply: found, db }
    expect(found.run.scope).toBe('data')
    return found.run.scope === 'data' ? found.run.execute(this, args) : { reply: { kind: 'null' }, db }
  }

  /** The same of a typed line; the shell keeps what it did. Gives the reply as redis-cli shows it. */
  type(line: string): { readonly shown: string; readonly told: readonly string[] } {
    const args = splitArguments(line) ?? []
    const { reply, db, propagate } = this.execute(args)
    const told = propagate ?? (db === this.db ? [] : [args])
    this.db = db
    return { shown: renderReply(reply), told: told.map(plain) }
  }
}

const plain = (args: readonly Bytes[]): string =>
  args.map((arg) => (/^[!-~]+$/.test(arg) && !/["'\\]/.test(arg) ? arg : quote(arg))).join(' ')

/**
 * Types the lines that start with `> ` and expects what stands below each: the reply, and in lines that start with
 * `=> ` what replicas are told (`=> -`: nothing). A line `@ 1000` lets so many ms go by; indentation is cut off.
 */
export function transcript(text: string, shell = new Shell()): Shell {
  const lines = text.split('\n').slice(1)
  const indent = /^ */.exec(lines[0]!)![0].length
  const cut = lines.map((line) => line.slice(indent)).filter((line, at) => at < lines.length - 1 || line !== '')
  const steps: { typed: string; below: string[] }[] = []
  for (const line of cut) {
    if (line.startsWith('> ') || line.startsWith('@ ')) steps.push({ typed: line, below: [] })
    else steps.at(-1)!.below.push(line)
  }
  for (const { typed, below } of steps) {
    if (typed.startsWith('@ ')) {
      shell.nowMs += Number(typed.slice(2))
      continue
    }
    const { shown, told } = shell.type(typed.slice(2))
    const expectedTold = below.filter((line) => line.startsWith('=> ')).map((line) => line.slice(3))
    expect([typed, ...shown.split('\n')]).toEqual([typed, ...below.filter((line) => !line.startsWith('=> '))])
    if (expectedTold.length > 0)
      expect([typed, ...told]).toEqual([typed, ...expectedTold.filter((line) => line !== '-')])
  }
  return shell
}

/** Types lines of which only the effect matters. */
export function typed(lines: readonly string[], shell = new Shell()): Shell {
  for (const line of lines) {
    const { shown } = shell.type(line)
    if (shown.startsWith('(error)')) expect.fail(`${line}: ${shown}`)
  }
  return shell
}
