import type { Bytes } from '../bytes.ts'
import { error, type Reply } from '../reply.ts'
import type { CommandSpec, CommandTable } from './types.ts'

/** Bytes of an unknown command that its error repeats. */
const SHOWN_BYTES = 128

/** A C string ends at its first zero. */
function shown(bytes: Bytes, max: number = SHOWN_BYTES): Bytes {
  const end = bytes.indexOf('\0')
  return bytes.slice(0, end < 0 ? max : Math.min(end, max))
}

/** The server's words for a command that it does not know. */
export function unknownCommand(args: readonly Bytes[]): Reply {
  let rest = ''
  for (let at = 1; at < args.length && rest.length < SHOWN_BYTES; at++) {
    rest += `'${shown(args[at]!, SHOWN_BYTES - rest.length)}' `
  }
  return error(`ERR unknown command '${shown(args[0]!)}', with args beginning with: ${rest}`)
}

/** The server's words for a subcommand that it does not know. */
export function unknownSubcommand(container: string, given: Bytes): Reply {
  return error(`ERR unknown subcommand '${shown(given)}'. Try ${container.toUpperCase()} HELP.`)
}

/** The subcommand of a container by the name that was typed behind it. */
export function subcommandOf(container: CommandSpec, typed: Bytes): CommandSpec | undefined {
  if (container.run.scope !== 'container') return undefined
  const name = `${container.name}|${typed.toLowerCase()}`
  return container.run.subcommands.find((subcommand) => subcommand.name === name)
}

/** True when the command may have so many arguments, its name among them. */
export const arityFits = (spec: CommandSpec, count: number): boolean =>
  spec.arity > 0 ? count === spec.arity : count >= -spec.arity

/** The server's words for too few or too many arguments. */
export const wrongArity = (spec: CommandSpec): Reply =>
  error(`ERR wrong number of arguments for '${spec.name}' command`)

/**
 * The command (or subcommand) that `args` names, or the server's error: it does not exist, or has another number of
 * arguments. A container never comes back. `args` is not empty. Tell them apart by `'run' in it`.
 */
export function findCommand(table: CommandTable, args: readonly Bytes[]): CommandSpec | Reply {
  const base = table.get(args[0]!) ?? table.get(args[0]!.toLowerCase())
  if (base === undefined) return unknownCommand(args)
  if (base.run.scope === 'container') {
    if (args.length === 1) return wrongArity(base)
    const spec = subcommandOf(base, args[1]!)
    if (spec === undefined) return unknownSubcommand(base.name, args[1]!)
    return arityFits(spec, args.length) ? spec : wrongArity(spec)
  }
  return arityFits(base, args.length) ? base : wrongArity(base)
}

const NO_KEYS: readonly Bytes[] = []

/** The keys among the arguments, in the order in which the server finds them; none when a number of keys is wrong. */
export function commandKeys(spec: CommandSpec, args: readonly Bytes[]): readonly Bytes[] {
  if (spec.keysOf !== undefined) return spec.keysOf(args)
  if (spec.flags.includes('movablekeys')) return keysBySpecifications(spec, args)
  if (spec.firstKey === 1 && spec.lastKey === 1) return [args[1]!]
  if (spec.firstKey === 0) return NO_KEYS
  return keysInRange(args, spec.firstKey, spec.lastKey < 0 ? args.length + spec.lastKey : spec.lastKey, spec.keyStep)
}

/** Adds the keys of a range to `keys`; there may be a million. */
function keysInRange(args: readonly Bytes[], first: number, last: number, step: number, keys: Bytes[] = []): Bytes[] {
  for (let at = first; at <= last && at < args.length; at += step) keys.push(args[at]!)
  return keys
}

function keysBySpecifications(spec: CommandSpec, args: readonly Bytes[]): readonly Bytes[] {
  const keys: Bytes[] = []
  for (const { begin, find } of spec.keySpecs) {
    const start = beginOf(begin, args)
    if (start === null || find.type === 'unknown') continue
    if (find.type === 'range') {
      const last = find.lastKey < 0 ? endOfRange(args.length, start, find) : start + find.lastKey
      keysInRange(args, start, last, find.keyStep, keys)
      continue
    }
    const count = Number(args[start + find.keyNumIndex])
    const first = start + find.firstKey
    if (!Number.isSafeInteger(count) || count < 1 || first + (count - 1) * find.keyStep >= args.length) return NO_KEYS
    keysInRange(args, first, first + (count - 1) * find.keyStep, find.keyStep, keys)
  }
  return keys
}

/** A limit of 2 says that the keys are the first half of what follows (XREAD). */
function endOfRange(count: number, start: number, { lastKey, limit }: { lastKey: number; limit: number }): number {
  return limit <= 1 ? count + lastKey : start + Math.floor((count - start) / limit) + lastKey
}

/** Index of the first argument that a key specification is about; null: it does not apply. */
function beginOf(begin: CommandSpec['keySpecs'][number]['begin'], args: readonly Bytes[]): number | null {
  if (begin.type === 'index') return begin.index
  if (begin.type === 'unknown') return null
  const from = begin.startFrom
  const step = from < 0 ? -1 : 1
  for (let at = from < 0 ? args.length + from : from; at > 0 && at < args.length; at += step) {
    if (args[at]!.toUpperCase() === begin.keyword) return at + 1
  }
  return null
}
