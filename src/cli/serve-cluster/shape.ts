import type { Shape } from '../../protocols/cluster/initial.ts'
import { DEFAULT_OPTIONS, type Options } from '../../protocols/cluster/options.ts'
import { optionOf, readOption, writeOption } from '../../protocols/cluster/server/commands/config-options.ts'
import { parseOption } from '../../protocols/cluster/server/commands/config-values.ts'
import { BadInput } from '../bad-input.ts'
import { integerOption, readArguments, readInteger } from '../options.ts'

export const USAGE = `Usage: npm run -s serve-cluster -- [--port N] [--masters N] [--replica-of LIST] [--extra N] [--assign] [--set NAME=VALUE]…

Hosts Redis Cluster nodes on 127.0.0.1, one TCP port a node: masters M1…, then
replicas R1…, then X1… that belong to no cluster. Any client may connect.

  --port N            port of the first node (7000); the bus shows as port + 10000
  --masters N         (3)
  --replica-of LIST   whose replica each replica is: 1,2,3; none
  --extra N           nodes that belong to no cluster (0)
  --assign            masters and replicas start as one cluster with all slots
                      assigned; without it every node is alone, for
                      redis-cli --cluster create
  --set NAME=VALUE    an option of redis.conf for every node, repeatable:
                      cluster-node-timeout=2000; repl-diskless-sync-delay
                      is 0 unless set
Without --masters, --replica-of, --extra and --assign: three masters with a
replica each, assigned.

\`ready\` on standard output says that clients may connect. Then one verb a line
on standard input, answered \`ok\` or \`error …\`:

  kill M1    restart M1    pause M1    resume M1
  partition M1 R2 | M2 M3 R1 R3        heal
  set NAME VALUE                       quit

The end of standard input ends nothing; SIGINT and SIGTERM do.
Exit code: 0 ended as asked, 2 bad input.
`

/** What a command line asks for. */
export interface Wanted {
  readonly shape: Shape
  /** Port of the first node. */
  readonly port: number
  readonly options: Options
}

/** Ports end at 65535, and a node's bus stands 10000 above its port. */
const PORT_MAX = 55_535
const NODES_MAX = 1000

/** Reads a command line. Throws {@link BadInput}. */
export function readWanted(args: readonly string[]): Wanted {
  const given = readArguments(args, {
    port: 'text',
    masters: 'text',
    'replica-of': 'text',
    extra: 'text',
    assign: 'flag',
    set: 'texts',
  })
  const [surplus] = given.files
  if (surplus !== undefined) throw new BadInput([`\`${surplus}\` is no option; expected --port and the like`])
  const asked = ['masters', 'replica-of', 'extra'].some((name) => given.text(name) !== null) || given.flag('assign')
  const assign = given.flag('assign') || !asked
  const masters = integerOption(given, 'masters', 1, NODES_MAX) ?? 3
  const each = Array.from({ length: assign ? masters : 0 }, (_, at) => at + 1)
  const replicaOf = readReplicas(given.text('replica-of'), masters) ?? each
  const extra = integerOption(given, 'extra', 0, NODES_MAX) ?? 0
  const port = integerOption(given, 'port', 1, PORT_MAX) ?? 7000
  const count = masters + replicaOf.length + extra
  if (count > NODES_MAX) throw new BadInput([`${count} nodes: expected at most ${NODES_MAX}`])
  if (port + count - 1 > PORT_MAX)
    throw new BadInput([`${count} nodes from port ${port} on: expected ports up to ${PORT_MAX}`])
  return { shape: { masters, replicaOf, extra, assign }, port, options: readOptions(given.texts('set')) }
}

function readReplicas(text: string | null, masters: number): number[] | null {
  if (text === null) return null
  if (text === '' || text === 'none') return []
  return text.split(',').map((word) => {
    const number = readInteger(word.trim())
    if (number === null || number < 1 || number > masters)
      throw new BadInput([`--replica-of ${text}: expected numbers of masters from 1 to ${masters}, such as 1,2,3`])
    return number
  })
}

/** A new replica gets its snapshot at once, as in the recordings; the server's default waits five seconds for more. */
const INITIAL_OPTIONS: Options = { ...DEFAULT_OPTIONS, replDisklessSyncDelayS: 0 }

function readOptions(settings: readonly string[]): Options {
  let options = INITIAL_OPTIONS
  for (const setting of settings) {
    const [name = '', ...value] = setting.split('=')
    if (value.length === 0) throw new BadInput([`--set ${setting}: expected NAME=VALUE`])
    const changed = withOption(options, name, value.join('='))
    if (typeof changed === 'string') throw new BadInput([`--set ${setting}: ${changed}`])
    options = changed
  }
  return options
}

/** The options with one set as redis.conf would, or why that cannot be. */
export function withOption(options: Options, name: string, value: string): Options | string {
  const option = optionOf(name.toLowerCase())
  if (option === undefined) return `there is no option ${name}`
  const parsed = parseOption(option, value, readOption(options, option))
  return parsed.ok ? writeOption(options, option, parsed.value) : parsed.why
}

/** The options with one taken from others; its name is one of redis.conf. */
export function withSame(options: Options, others: Options, name: string): Options {
  const option = optionOf(name.toLowerCase())
  return option === undefined ? options : writeOption(options, option, readOption(others, option))
}
