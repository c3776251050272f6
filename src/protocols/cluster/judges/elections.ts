import { nodeId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import { Violation } from '../../../machine/invariant.ts'
import { asNode, type ClusterEvent, type ClusterInvariant, changedOwnEntry, isMaster, ownEntry } from './seen.ts'

/** Who voted for whom in each epoch: `epoch voter` to the candidate's name. */
type Ballots = PersistentMap<string>

export const oneVote: ClusterInvariant<Ballots> = {
  id: 'one-vote',
  title: 'One Vote',
  source: 'Redis Cluster specification, "Replica election and promotion"',
  meaning: 'A master votes for at most one replica in an epoch.',
  init: () => PersistentMap.empty(),
  step(ballots, world, event) {
    let now = ballots
    for (const { to, message } of event.sent) {
      if (message.kind !== 'AuthAck') continue
      const voter = world.names[event.actor]!
      const { currentEpoch } = message.header
      const key = `${currentEpoch} ${voter}`
      const earlier = now.get(key)
      if (earlier !== undefined && earlier !== to) {
        const explanation = `${voter} voted for ${earlier} and for ${to} in epoch ${currentEpoch}`
        return new Violation(explanation, [world.names[event.actor]!, to])
      }
      now = now.set(key, to)
    }
    return now
  },
}

/** Voters of each candidate: `epoch candidate` to names. */
type Votes = PersistentMap<readonly string[]>

/** The replica that became master in this event by the election of its config epoch; undefined: none did. */
function winner(event: ClusterEvent) {
  const old = asNode(event.before)
  const now = asNode(event.after)
  if (old === undefined || now === undefined || !changedOwnEntry(event)) return undefined
  const entry = ownEntry(now)
  if (isMaster(ownEntry(old)) || !isMaster(entry) || entry.slots.size === 0) return undefined
  const { election } = old.cluster.election.sent ? old.cluster : now.cluster
  return election.sent && election.epoch === entry.configEpoch ? { old, epoch: entry.configEpoch } : undefined
}

export const electedByMajority: ClusterInvariant<Votes> = {
  id: 'majority',
  title: 'Elected by a Majority',
  source: 'Redis Cluster specification, "Replica election and promotion"',
  meaning: 'A replica takes over by an election only with the votes of most masters that own slots.',
  init: () => PersistentMap.empty(),
  step(votes, world, event) {
    let now = votes
    for (const { to, message } of event.sent) {
      if (message.kind !== 'AuthAck') continue
      const key = `${message.header.currentEpoch} ${to}`
      const voters = now.get(key) ?? []
      const voter = world.names[event.actor]!
      if (!voters.includes(voter)) now = now.set(key, [...voters, voter])
    }
    const won = winner(event)
    if (won === undefined) return now
    const name = world.names[event.actor]!
    const voters = now.get(`${won.epoch} ${name}`)?.length ?? 0
    const masters = won.old.cluster.peers.all().filter((peer) => isMaster(peer) && peer.slots.size > 0).length
    const needed = Math.floor(masters / 2) + 1
    if (voters >= needed) return now
    return new Violation(`${name} took over in epoch ${won.epoch} with ${voters} of ${needed} votes`, [name])
  },
}

/** The winner of each epoch: epoch to name. */
type Winners = PersistentMap<string>

export const oneWinner: ClusterInvariant<Winners> = {
  id: 'one-winner',
  title: 'One Owner per Epoch',
  source: 'Redis Cluster specification, "Hash slots configuration propagation", rule 2',
  meaning: 'An election gives its epoch to one replica: no slot has two elected owners under the same config epoch.',
  init: () => PersistentMap.empty(),
  step(winners, world, event) {
    const won = winner(event)
    if (won === undefined) return winners
    const name = world.names[event.actor]!
    const earlier = winners.get(String(won.epoch))
    if (earlier === undefined) return winners.set(String(won.epoch), name)
    if (earlier === name) return winners
    return new Violation(`${earlier} and ${name} both won epoch ${won.epoch}`, [
      world.names[event.actor]!,
      nodeId(earlier),
    ])
  },
}
