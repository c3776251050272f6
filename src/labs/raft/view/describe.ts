import type { RunState } from '../../../engine/api.ts'
import type { ClientView, NodeView, RaftView } from '../contract.ts'

/** More nodes than this are counted instead of named one by one. */
const NAMED_MAX = 9

/** The picture in words: what "describe now" says. Sentences, most important first. */
export function describeWorld(view: RaftView, run: RunState): string {
  const sentences = [
    timeSentence(run),
    ...leaderSentences(view.nodes),
    ...electionSentences(view.nodes),
    ...outSentences(view.nodes),
    logSentence(view.nodes),
    ...view.clients.filter((client) => client.open !== null).map(clientSentence),
    run.caption,
  ]
  return sentences.filter((sentence) => sentence !== null && sentence !== '').join(' ')
}

/** `3.214 s`. */
function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`
}

function timeSentence(run: RunState): string {
  const at = `At ${seconds(run.nowUs)}`
  if (!run.playing) return `${at}, stopped.`
  return run.speed === 0 ? `${at}, playing as fast as possible.` : `${at}, playing at ${run.speed} times real speed.`
}

/** Several leaders at once are no mistake: only one of them is of the newest term. */
function leaderSentences(nodes: readonly NodeView[]): string[] {
  const leaders = nodes.filter((node) => node.role === 'leader' && node.status !== 'down')
  if (leaders.length === 0) return ['There is no leader.']
  const newest = Math.max(...leaders.map((leader) => leader.term))
  return [...leaders]
    .sort((a, b) => b.term - a.term)
    .map((leader) => {
      const followers = nodes.filter(
        (node) => node.status === 'up' && node.leader === leader.name && node.term === leader.term && node !== leader,
      )
      const who =
        followers.length === 0
          ? 'nobody follows it'
          : `${names(followers)} ${followers.length === 1 ? 'follows' : 'follow'}`
      const still = leader.term < newest ? ' still believes that it leads' : ' leads'
      return `${leader.name}${still} term ${leader.term}${leader.status === 'paused' ? ' but is paused' : ''}; ${who}.`
    })
}

function electionSentences(nodes: readonly NodeView[]): string[] {
  const candidates = nodes.filter((node) => node.status !== 'down' && node.role === 'candidate')
  const asking = nodes.filter((node) => node.status !== 'down' && node.role === 'pre-candidate')
  return [
    ...candidates.map((node) => `${node.name} is a candidate in term ${node.term}.`),
    ...asking.map((node) => `${node.name} asks whether it could win an election.`),
  ]
}

function outSentences(nodes: readonly NodeView[]): string[] {
  const down = nodes.filter((node) => node.status === 'down')
  const paused = nodes.filter((node) => node.status === 'paused')
  return [
    ...(down.length > 0 ? [`${names(down)} ${down.length === 1 ? 'is' : 'are'} down.`] : []),
    ...(paused.length > 0 ? [`${names(paused)} ${paused.length === 1 ? 'is' : 'are'} paused.`] : []),
  ]
}

function logSentence(nodes: readonly NodeView[]): string {
  if (nodes.length === 0) return ''
  const commit = Math.max(...nodes.map((node) => node.commitIndex))
  const last = Math.max(...nodes.map((node) => node.lastIndex))
  const behind = nodes.filter((node) => node.lastIndex < last)
  const lag =
    behind.length === 0 ? 'every log reaches it' : `${names(behind)} ${behind.length === 1 ? 'lags' : 'lag'} behind`
  return `Entry ${commit} is committed; the longest log ends at ${last}, ${lag}.`
}

function clientSentence(client: ClientView): string {
  const where = client.server === null ? '' : ` at ${client.server}`
  const tries = client.attempts > 1 ? `, attempt ${client.attempts}` : ''
  return `${client.name} waits for ${client.open}${where}${tries}.`
}

function names(nodes: readonly NodeView[]): string {
  if (nodes.length > NAMED_MAX) return `${nodes.length} nodes`
  const list = nodes.map((node) => node.name)
  return list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`
}

/** One actor in a line: the parallel DOM's text. */
export function describeNode(node: NodeView): string {
  if (node.status === 'down') return `down; on disk: term ${node.term}, log up to ${node.lastIndex}`
  const paused = node.status === 'paused' ? 'paused, ' : ''
  const follows = node.role === 'follower' && node.leader !== null ? ` of ${node.leader}` : ''
  return `${paused}${node.role}${follows}, term ${node.term}, commit ${node.commitIndex}, last ${node.lastIndex}`
}

export function describeClient(client: ClientView): string {
  if (client.open === null) return client.last === null ? 'idle' : `idle; last: ${client.last}`
  const queued = client.queued > 0 ? `, ${client.queued} queued` : ''
  return `waits for ${client.open}${client.server === null ? '' : ` at ${client.server}`}, attempt ${Math.max(1, client.attempts)}${queued}`
}
