import type { RunState } from '../../../engine/api.ts'
import type { BeliefView, ClientView, ClusterView, NodeView } from '../contract.ts'

/** `1 slot`, `5461 slots`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`

/** `16,384`. The locale's own way is a hundred times slower, and this is asked for every node ten times a second. */
export const grouped = (number: number): string => `${number}`.replace(/\B(?=(\d{3})+$)/g, ',')

/** For the action bar: `master, epoch 3`. */
export function shortNode(node: NodeView): string {
  if (node.status !== 'up') return node.status
  if (node.role === 'master') return `master, epoch ${node.configEpoch}`
  if (node.role === 'replica') return `replica of ${node.master ?? 'nobody'}`
  return node.role === 'candidate' ? `asks for votes, epoch ${node.currentEpoch}` : 'owns no slot'
}

/** The word above a node: how many suspect it or hold it for failed; with a point of view, what that one holds. */
export function verdictOf({ believed, failedFor, suspectedBy }: NodeView): { text: string; failed: boolean } | null {
  if (believed !== null) {
    const text = VERDICTS[believed.belief]
    return text === null ? null : { text, failed: believed.belief === 'fail' }
  }
  if (failedFor.length > 0) return { text: `FAIL ${failedFor.length}`, failed: true }
  return suspectedBy.length > 0 ? { text: `PFAIL ${suspectedBy.length}`, failed: false } : null
}

const VERDICTS: Readonly<Record<BeliefView['belief'], string | null>> = {
  myself: null,
  ok: null,
  pfail: 'PFAIL',
  fail: 'FAIL',
  handshake: 'handshake',
  noaddr: 'no address',
  unknown: 'unknown',
}

/** An answer is on its way for so long at most, as a rule. */
const PING_LATE_MS = 250

/**
 * What the point of view holds of a node, in two short lines, and whether the first one is out of date. `quiet`: the
 * second line says only what is out of the ordinary.
 */
export function beliefLines(
  node: NodeView,
  { belief, role, master, slots, link, pingAgeMs, pongAgeMs }: BeliefView,
  quiet: boolean,
) {
  if (belief === 'unknown') return { role: '', heard: 'not in its table', wrong: false }
  // What a dead node would say of itself is no measure: who holds it for failed is up to date.
  const outOfDate = node.status === 'down' ? belief === 'ok' : isOutOfDate(node, { role, master, slots })
  const what =
    role === 'replica' ? `replica of ${master ?? '?'}` : role === 'master' ? `${slots} slots` : 'role unknown'
  return {
    role: outOfDate ? `still ${what}` : what,
    heard:
      pingAgeMs !== null && pingAgeMs >= PING_LATE_MS
        ? `PING unanswered ${seconds(pingAgeMs)}`
        : link === 'none'
          ? 'not connected'
          : pongAgeMs === null
            ? 'never heard'
            : quiet
              ? ''
              : `PONG ${seconds(pongAgeMs)} ago`,
    wrong: outOfDate,
  }
}

function isOutOfDate(node: NodeView, { role, master, slots }: Pick<BeliefView, 'role' | 'master' | 'slots'>): boolean {
  if (role === 'replica') return node.master !== master
  return role === 'master' && node.slots !== slots
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

/** One node in a line: the parallel DOM's text. */
export function describeNode(node: NodeView): string {
  const parts = [shortNode(node)]
  if (node.role === 'master') parts.push(count(node.slots, 'slot'))
  if (node.status !== 'down') {
    parts.push(count(node.keys, 'key'), `offset ${node.offset}`)
    if (!node.clusterOk) parts.push('answers CLUSTERDOWN')
    if (node.busy !== 'no') parts.push(BUSY_WORDS[node.busy])
  }
  if (node.believed !== null && node.believed.belief !== 'myself')
    parts.push(`for who is selected: ${BELIEFS[node.believed.belief]}`)
  if (node.failedFor.length > 0) parts.push(`failed for ${node.failedFor.join(', ')}`)
  else if (node.suspectedBy.length > 0) parts.push(`suspected by ${node.suspectedBy.join(', ')}`)
  return parts.join(', ')
}

const BELIEFS: Readonly<Record<BeliefView['belief'], string>> = {
  myself: 'itself',
  ok: 'fine',
  pfail: 'suspected (PFAIL)',
  fail: 'failed (FAIL)',
  handshake: 'being introduced',
  noaddr: 'without an address',
  unknown: 'unknown',
}

const BUSY_WORDS = { sleep: 'sleeps', migrate: 'migrates keys', paused: 'holds writes back' } as const

export function describeClient(client: ClientView): string {
  const parts: string[] = []
  if (client.style !== null) parts.push(`${client.style}`)
  parts.push(client.open > 0 ? `waits for ${count(client.open, 'answer')}` : 'idle')
  if (client.answeredPerSecond > 0) parts.push(`${client.answeredPerSecond} answers/s`)
  if (client.moved + client.ask > 0) parts.push(`MOVED ${client.moved}, ASK ${client.ask}`)
  if (client.last !== null) parts.push(`last: ${client.last}`)
  return parts.join(', ')
}

/** The picture in words: what "describe now" says. Sentences, most important first. */
export function describeWorld(view: ClusterView, run: RunState): string {
  const { nodes, ledger } = view
  const out = (status: NodeView['status']) => nodes.filter((node) => node.status === status).map(({ name }) => name)
  const is = (names: readonly string[], what: string) =>
    names.length === 0 ? '' : `${list(names)} ${names.length === 1 ? 'is' : 'are'} ${what}.`
  const masters = nodes.filter((node) => node.status === 'up' && node.role === 'master')
  const down = nodes.filter((node) => node.status === 'up' && !node.clusterOk).map(({ name }) => name)
  const sentences = [
    view.pointOfView === null ? '' : `Seen by ${view.pointOfView}.`,
    `At ${(run.nowUs / 1_000_000).toFixed(3)} s, ${run.playing ? 'playing' : 'stopped'}.`,
    is(out('down'), 'down'),
    is(out('paused'), 'paused'),
    ...nodes
      .filter(({ failedFor }) => failedFor.length > 0)
      .map((node) => `${node.name} is failed for ${list(node.failedFor)}.`),
    ...nodes
      .filter(({ failedFor, suspectedBy }) => failedFor.length === 0 && suspectedBy.length > 0)
      .map((node) => `${node.name} is suspected by ${list(node.suspectedBy)}.`),
    ...nodes
      .filter(({ role }) => role === 'candidate')
      .map((node) => `${node.name} asks for votes in epoch ${node.currentEpoch}.`),
    `Masters: ${masters.map((node) => `${node.name} with ${count(node.slots, 'slot')}`).join(', ') || 'none'}.`,
    down.length === 0 ? 'The cluster is up for everybody who runs.' : `The cluster is down for ${list(down)}.`,
    ledger.lost > 0 ? `${count(ledger.lost, 'acknowledged write')} lost.` : '',
    run.caption ?? '',
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

function list(names: readonly string[]): string {
  if (names.length > 9) return `${names.length} nodes`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
