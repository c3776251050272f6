import { present } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import type { Bytes } from '../bytes.ts'
import type { Keyspace } from '../keyspace.ts'
import type { Reply } from '../reply.ts'
import { type CommandFigures, figuresOf } from '../server/commands/figures.ts'
import type { Turn } from '../turn.ts'
import { Refusal } from './refusal.ts'

/** A command or subcommand with everything that is known of it. */
export interface CommandSpec extends CommandFigures {
  /** One sentence, as COMMAND DOCS gives it. */
  readonly summary: string
  /** Arguments as the documentation writes them: `key value [NX | XX]`. */
  readonly syntax: string
  /** Keys of a command whose key specifications do not tell all (SORT). */
  readonly keysOf?: (args: readonly Bytes[]) => readonly Bytes[]
  readonly run: CommandRun
}

/** How a command is carried out. */
export type CommandRun =
  /** By the keyspace alone. */
  | { readonly scope: 'data'; readonly execute: DataCommand }
  /** By the server. Null: it answers later, or not at all. */
  | { readonly scope: 'server'; readonly execute: ServerCommand }
  /** CLUSTER, OBJECT…: one of its subcommands, whose names are `object|encoding`. */
  | { readonly scope: 'container'; readonly subcommands: readonly CommandSpec[] }

/** `args[0]` is the name as it was typed. The arity has been checked, expired keys have been removed from `db`. */
export type DataCommand = (call: DataCall, args: readonly Bytes[]) => DataOutcome

/** See {@link DataCommand}. `session`: whose command it is. */
export type ServerCommand = (
  turn: Turn,
  session: NodeId,
  args: readonly Bytes[],
  commands: CommandTable,
) => Reply | null

/** Commands by their name in lower case (subcommands are in their containers). */
export type CommandTable = Pick<ReadonlyMap<string, CommandSpec>, 'get' | 'has' | 'keys' | 'values' | 'size'>

/** What a data command may know. It may be one object for many commands, changed in between. */
export interface DataCall {
  readonly db: Keyspace
  /** Unix ms. */
  readonly nowMs: number
  /** Protocol of the client: some replies have another shape in RESP3. */
  readonly resp: 2 | 3
  /** The command comes from a master's stream: it decides nothing about time. */
  readonly fromMaster: boolean
  /** A blocked command is tried again: keys of another type are as good as missing. */
  readonly retry: boolean
  /** 32 fresh random bits. */
  random(): number
}

/** What a data command did. */
export interface DataOutcome {
  /** With `block`: what is answered when the command may not block (in a transaction), or when the time is over. */
  readonly reply: Reply
  /** The same reference when nothing changed. */
  readonly db: Keyspace
  /**
   * What replicas are told; absent: the command itself, if `db` changed. Several are to be wrapped in MULTI and EXEC.
   */
  readonly propagate?: readonly (readonly Bytes[])[]
  /** The client waits until one of the keys changes, then the command is tried again. `timeoutMs` 0: forever. */
  readonly block?: { readonly keys: readonly Bytes[]; readonly timeoutMs: number }
}

/** The command, with its {@link Refusal} as a reply. */
function guarded(execute: DataCommand): DataCommand {
  return (call, args) => {
    try {
      return execute(call, args)
    } catch (problem) {
      if (problem instanceof Refusal) return { reply: problem.reply, db: call.db }
      throw problem
    }
  }
}

/** A command over the keyspace; what is known of it comes from the command table of 7.0.15. */
export function dataCommand(name: string, syntax: string, summary: string, execute: DataCommand): CommandSpec {
  const run = { scope: 'data', execute: guarded(execute) } as const
  return { ...present(figuresOf(name), `figures of ${name}`), syntax, summary, run }
}

/** A command of the server; the same. */
export function serverCommand(name: string, syntax: string, summary: string, execute: ServerCommand): CommandSpec {
  return { ...present(figuresOf(name), `figures of ${name}`), syntax, summary, run: { scope: 'server', execute } }
}

/** A command that has subcommands only; the same. */
export function container(name: string, summary: string, subcommands: readonly CommandSpec[]): CommandSpec {
  return {
    ...present(figuresOf(name), `figures of ${name}`),
    syntax: '',
    summary,
    run: { scope: 'container', subcommands },
  }
}
