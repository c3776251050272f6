import type { Bytes } from '../bytes.ts'
import {
  arityFits,
  commandKeys,
  subcommandOf,
  unknownCommand,
  unknownSubcommand,
  wrongArity,
} from '../commands/lookup.ts'
import { COMMANDS } from '../commands/table.ts'
import type { CommandSpec } from '../commands/types.ts'
import type { Reply } from '../reply.ts'

/** A command of the table with what processing asks of it again and again. */
export interface Known {
  readonly spec: CommandSpec
  readonly write: boolean
  readonly read: boolean
  /** A server whose writes are paused lets it wait. */
  readonly mayReplicate: boolean
  readonly notInMulti: boolean
  /** A replica without its master serves it in any case. */
  readonly stale: boolean
  /** It is routed by its keys. */
  readonly routed: boolean
  /** Its one key is its first argument. */
  readonly oneKey: boolean
  readonly asking: boolean
  readonly migrate: boolean
  readonly shard: boolean
  /** RESP2 clients may send it while they are subscribed. */
  readonly whileSubscribed: boolean
  /** It is not queued in a transaction. */
  readonly immediate: boolean
  readonly exec: boolean
  /** Null: no script; else whether the script is named by its SHA-1. */
  readonly script: { readonly bySha: boolean } | null
}

const SCRIPTS: Readonly<Record<string, { readonly bySha: boolean }>> = {
  eval: { bySha: false },
  eval_ro: { bySha: false },
  evalsha: { bySha: true },
  evalsha_ro: { bySha: true },
}
const MAY_REPLICATE = new Set(['publish', 'spublish', 'eval', 'evalsha', 'fcall', 'pfcount'])
const SHARD = new Set(['ssubscribe', 'sunsubscribe', 'spublish'])
const WHILE_SUBSCRIBED = new Set([
  'subscribe',
  'ssubscribe',
  'psubscribe',
  'unsubscribe',
  'sunsubscribe',
  'punsubscribe',
  'ping',
  'quit',
  'reset',
])
const IMMEDIATE = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset'])

function know(spec: CommandSpec): Known {
  const { name, flags } = spec
  const write = flags.includes('write')
  return {
    spec,
    write,
    read: flags.includes('readonly'),
    mayReplicate: write || MAY_REPLICATE.has(name),
    notInMulti: flags.includes('no_multi'),
    stale: flags.includes('stale'),
    routed: spec.keySpecs.length > 0 || flags.includes('movablekeys') || spec.keysOf !== undefined || name === 'exec',
    oneKey:
      spec.firstKey === 1 && spec.lastKey === 1 && spec.keysOf === undefined && !spec.flags.includes('movablekeys'),
    asking: flags.includes('asking'),
    migrate: name === 'migrate',
    shard: SHARD.has(name),
    whileSubscribed: WHILE_SUBSCRIBED.has(name),
    immediate: IMMEDIATE.has(name),
    exec: name === 'exec',
    script: SCRIPTS[name] ?? null,
  }
}

/** Commands by lower and by upper case name, as they were asked for: the table needs modules that need this one. */
const byName = new Map<string, Known>()
const bySpec = new Map<CommandSpec, Known>()

function knownOf(spec: CommandSpec): Known {
  let known = bySpec.get(spec)
  if (known === undefined) {
    known = know(spec)
    bySpec.set(spec, known)
  }
  return known
}

function find(typed: Bytes): Known | undefined {
  const name = typed.toLowerCase()
  const spec = COMMANDS.get(name)
  if (spec === undefined) return undefined
  const known = knownOf(spec)
  byName.set(name, known)
  byName.set(name.toUpperCase(), known)
  return known
}

/**
 * The command (or subcommand) that `args` name, or the server's error: it does not exist, or not with so many
 * arguments. Tell them apart by `'spec' in it`.
 */
export function recognise(args: readonly Bytes[]): Known | Reply {
  const base = byName.get(args[0]!) ?? find(args[0]!)
  if (base === undefined) return unknownCommand(args)
  const { spec } = base
  if (spec.run.scope === 'container') {
    if (args.length === 1) return wrongArity(spec)
    const inner = subcommandOf(spec, args[1]!)
    if (inner === undefined) return unknownSubcommand(spec.name, args[1]!)
    return arityFits(inner, args.length) ? knownOf(inner) : wrongArity(inner)
  }
  return arityFits(spec, args.length) ? base : wrongArity(spec)
}

/** The keys of a call, shard channels among them, in the order of the arguments. */
export const keysOf = (known: Known, args: readonly Bytes[]): readonly Bytes[] =>
  known.oneKey ? [args[1]!] : commandKeys(known.spec, args)
