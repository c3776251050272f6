import { flow } from '../../base/flow.ts'
import type { Scenario } from '../../engine/lab.ts'

/**
 * The experiments that come with the lab. Each one really shows what its blurb says: scenarios.test.ts runs it and
 * looks. Seeds and instants were found by trying; the comments in the texts are for the reader of the text.
 */

/** A complete text: the title is its first line. */
function scenario(id: string, title: string, blurb: string, body: string): Scenario {
  return { id, title, blurb, text: `# ${title}\nlab raft\n${body.trim()}\n` }
}

/** Raft as the paper has it, and nobody campaigns unless an act says so: for schedules that are set to the millisecond. */
export const BY_HAND = `
set election-timeout 20s..40s
set heartbeat 200ms
set pre-vote off
set check-quorum off
set delay 10ms
set disk 1ms`

/** The five logs with which Figure 8 begins: one entry of term 1 each. */
const FIGURE_8_LOGS = `
set log.n1 1
set log.n2 1
set log.n3 1
set log.n4 1
set log.n5 1`

/** Figure 8 up to (c): entry 2 of term 2 is on three nodes, and the leader of term 4 reaches only n2. */
export const FIGURE_8_BEGINS = `seed 1
set clients 0${BY_HAND}
# Entries go one by one, as in the figure.
set entries-per-append 1${FIGURE_8_LOGS}
# (a) n1 wins term 2. The links break before its entry leaves: only n2 gets it.
at 1s campaign n1
at 1.015s link n1>n3 cut
at 1.015s link n1>n4 cut
at 1.015s link n1>n5 cut
# (b) n1 dies. n5 wins term 3 with n3 and n4; its entry stays on n5.
at 2s kill n1
at 2.5s campaign n5
at 2.515s link n5>* cut
# (c) n5 dies, n1 is back. Term 3 is voted away; the second attempt wins term 4.
at 3.5s kill n5
at 4s heal
at 4s restart n1
at 4s link n1>n4 cut
at 4.2s campaign n1
at 4.4s link n1>n4 open
at 4.5s campaign n1
at 4.515s link n1>n4 cut
# n3 asks for what it lacks and gets entry 2. Then the link breaks: entry 3, of term 4, stays on n1 and n2.
at 4.558s link n1>n3 cut`

/** (d): the leader dies, and n5 wins. */
export const FIGURE_8_ENDS = `# (d) n1 dies. n5 is back and wins term 5 with n3 and n4: its entry 2 is of term 3, theirs older.
at 5.5s kill n1
at 6s heal
at 6s restart n5
at 6.2s campaign n5
at 6.5s campaign n5`

/** Figure 8 from (a) to (d) with leaders that count copies of any term. */
export const FIGURE_8_BROKEN = `seed 11${BY_HAND}
set fault commit-older-term${FIGURE_8_LOGS}
# (a) n1 wins term 2 and takes red from c1; only n2 gets it.
at 1s campaign n1
at 1.1s link n1>n3 cut
at 1.1s link n1>n4 cut
at 1.1s link n1>n5 cut
at 1.2s client c1 put x red
at 1.4s isolate c1
# (b) n1 dies. n5 wins term 3 with n3 and n4, and takes blue from c2; it stays on n5.
at 2s kill n1
at 2.5s campaign n5
at 2.6s link n5>n2 cut
at 2.6s link n5>n3 cut
at 2.6s link n5>n4 cut
at 2.7s client c2 put x blue
at 2.9s isolate c2
# (c) n5 dies, n1 is back and wins term 4 at the second attempt. Red reaches n3: three copies, and n1 commits it.
at 3.5s kill n5
at 4s heal
at 4s isolate c1
at 4s isolate c2
at 4s restart n1
at 4s link n1>n4 cut
at 4.2s campaign n1
at 4.4s link n1>n4 open
at 4.5s campaign n1
at 4.515s link n1>n4 cut
# (d) n1 dies. n5 is back, wins term 5, and overwrites what was committed.
at 5.5s kill n1
at 6s link n1>n4 open
at 6s restart n5
at 6.2s campaign n5
at 6.5s campaign n5`

/** The seven logs of Figure 7: the leader on top (n1), then (a) to (f). */
export const FIGURE_7_LOGS = `
set log.n1 1,1,1,4,4,5,5,6,6,6
set log.n2 1,1,1,4,4,5,5,6,6
set log.n3 1,1,1,4
set log.n4 1,1,1,4,4,5,5,6,6,6,6
set log.n5 1,1,1,4,4,5,5,6,6,6,7,7
set log.n6 1,1,1,4,4,4,4
set log.n7 1,1,1,2,2,2,3,3,3,3,3`

/** A follower that hears nobody, with the two protections as given. */
const deaf = (protections: string) => `
seed 5
${protections}
set load 10/s
# n1 does not wait for its timer, so that we know who leads.
at 0s campaign n1
# From here on n5 hears nobody. Everybody hears n5.
at 2s isolate n5 in
at 8s heal
until 12s`

const everyday: readonly Scenario[] = [
  scenario(
    'steady',
    'Steady state',
    'One leader, heartbeats, and a few writes a second. Nothing goes wrong until you make it.',
    `
seed 7
set load 4/s
until 30s`,
  ),
  scenario(
    'leader-dies',
    'The leader dies',
    flow(`
      Writes stop when n1 dies, and go on as soon as another node has won the next term. See how long the gap is,
      and what n1 does when it comes back.
    `),
    `
seed 3
set load 10/s
# n1 does not wait for its timer, so that we know who leads.
at 0s campaign n1
# Nobody is told: the others find out when their timers run out.
at 3s kill n1
# It comes back with its log, as a follower of the new term.
at 8s restart n1
until 12s`,
  ),
  scenario(
    'split-vote',
    'Split vote',
    flow(`
      With nearly equal timeouts all five ask at once, everybody votes for itself, and nobody wins, round after
      round. At 3 s the timeouts are spread: one node is first, and wins.
    `),
    `
seed 5
set pre-vote off
set election-timeout 150ms..153ms
set load 5/s
# The cure is chance: each wait is drawn anew from a wide range.
at 3s set election-timeout 150ms..300ms
until 6s`,
  ),
  scenario(
    'partition',
    'Five nodes in two partitions',
    flow(`
      The old leader keeps two nodes: it takes a write and can never commit it. The other three elect a leader and
      go on. After the heal, the lonely entry is removed.
    `),
    `
seed 5
# With CheckQuorum the old leader would step down by itself; here it does not know.
set check-quorum off
at 0s campaign n1
at 500ms client c1 put x before
at 1s partition n1 n2 c1 | n3 n4 n5 c2
# Both sides take a write. Only one side can answer.
at 2s client c1 put x minority
at 2s client c2 put x majority
at 5s heal
at 9s client c2 get x
until 10s`,
  ),
  scenario(
    'deaf-follower',
    'A deaf follower, without PreVote',
    'n5 hears nobody, so it campaigns again and again; everybody hears it. Each of its terms deposes a leader that works: terms climb, clients wait.',
    deaf('set pre-vote off\nset check-quorum off'),
  ),
  scenario(
    'deaf-follower-prevote',
    'A deaf follower, with PreVote',
    'The same cut, but n5 must first ask whether it could win. Nobody who hears a leader says yes: n5 asks for six seconds, and nothing happens.',
    deaf('# PreVote and CheckQuorum are on: that is the default.'),
  ),
  scenario(
    'slow-follower',
    'A slow follower catches up',
    flow(`
      n5 falls behind over a slow link, then stands still. The others do not wait for it: three of five are enough.
      At 6 s it is back, and gets what it lacks in a moment.
    `),
    `
seed 11
set load 40/s
at 0s campaign n1
at 1s link n5<>* delay 200ms..400ms
# Frozen: its timers stand still and its mail waits.
at 4s pause n5
at 6s link n5<>* reset
at 6s resume n5
until 8s`,
  ),
  scenario(
    'slow-disk',
    'A slow disk on the leader',
    flow(`
      The leader's disk takes 200 ms from 3 s on, and hardly anybody notices: it sends entries while it writes, and
      three followers are a majority. At 6 s two followers slow down, too: look at the latency now.
    `),
    `
seed 4
set load 10/s
at 0s campaign n1
at 3s disk n1 latency 200ms
# Now every majority contains a slow disk.
at 6s disk n2 latency 200ms
at 6s disk n3 latency 200ms
until 10s`,
  ),
  scenario(
    'snapshot',
    'A snapshot for a follower far behind',
    flow(`
      While n5 is dead, the others take snapshots and drop the entries behind them. What n5 lacks is gone: the
      leader sends its snapshot instead, then the rest as entries.
    `),
    `
seed 4
set load 40/s
# A snapshot every 40 entries; ten entries stay behind it.
set snapshot-threshold 40
set snapshot-keep 10
at 0s campaign n1
at 1s kill n5
at 5s restart n5
until 8s`,
  ),
  scenario(
    'lossy',
    'A network that loses 20 %',
    flow(`
      One message in five is lost, everywhere. Elections need more rounds, entries are sent again, clients ask
      again; it is slow, and every rule holds.
    `),
    `
seed 5
set loss 20%
set request-timeout 200ms
set load 2/s
until 30s`,
  ),
  scenario(
    'twenty-five',
    'Twenty-five nodes',
    flow(`
      A majority is thirteen, and every heartbeat is twenty-four messages with twenty-four answers. The leader dies
      at 4 s: the next one still comes within half a second.
    `),
    `
seed 4
set nodes 25
set clients 6
set load 20/s
at 0s campaign n1
at 4s kill n1
until 8s`,
  ),
]

const figures: readonly Scenario[] = [
  scenario(
    'figure-7',
    'Figure 7: seven logs that disagree',
    'Followers that lack entries, followers that have too many, followers with both. n1 leads term 8: step by step every log becomes its log.',
    `
seed 1
set nodes 7
set clients 0
set election-timeout 4s..8s
set heartbeat 500ms${FIGURE_7_LOGS}
# n4 and n5 refuse: their logs are ahead. The other four votes and its own are enough.
at 500ms campaign n1
until 3s`,
  ),
  scenario(
    'figure-8',
    'Figure 8, with the rule',
    flow(`
      At 5 s an entry of term 2 is on three of five nodes, and not committed: it is of an older term. That is right,
      for at 6.5 s n5 wins without it and removes it.
    `),
    `
${FIGURE_8_BEGINS}
${FIGURE_8_ENDS}
until 8s`,
  ),
  scenario(
    'figure-8-broken',
    'Figure 8, without the rule',
    flow(`
      The same schedule with a leader that counts copies of any term: at 4.56 s it commits red. At 6.5 s n5 wins
      without red, puts blue in its place, and the judges object.
    `),
    `
${FIGURE_8_BROKEN}
until 8s`,
  ),
]

const museum: readonly Scenario[] = [
  scenario(
    'forgotten-vote',
    'Bug museum: the forgotten vote',
    'n2 votes for n1, crashes, forgets it, and votes for n3 in the same term. Two leaders in one term: what `votedFor` on disk is for.',
    `
seed 1
set nodes 3
set clients 0${BY_HAND}
set fault forget-vote
# n3 must not hear of term 1.
at 500ms link n1>n3 cut
at 1s campaign n1
# n1 wins with the vote of n2, and is cut off before it can say so.
at 1.015s isolate n1
at 2s kill n2
at 2.5s restart n2
at 3s campaign n3
until 4s`,
  ),
  scenario(
    'vote-without-log-check',
    'Bug museum: votes without a look at the log',
    'n3 missed two writes that clients were told of. It asks for votes, gets one, and overwrites them. Many teaching versions of Raft have this bug.',
    `
seed 1
set nodes 3
set clients 1
set election-timeout 1s..2s
set heartbeat 100ms
set check-quorum off
set fault vote-without-log-check
at 0s campaign n1
at 500ms isolate n3
at 600ms client c1 put x 1
at 700ms client c1 put y 2
at 1.2s kill n1
at 1.2s heal
# n2 holds both writes, and votes for n3 all the same.
at 1.21s campaign n3
until 3s`,
  ),
  scenario(
    'truncate-always',
    'Bug museum: a cut at every append',
    flow(`
      Followers cut their log behind every append, although nothing conflicts. One message that overtakes another is
      enough: a committed entry is gone.
    `),
    `
seed 1
set fault truncate-always
set delay 1ms..30ms
set load 40/s
at 0s campaign n1
until 1s`,
  ),
  scenario(
    'count-before-durable',
    'Bug museum: counted before it is on disk',
    flow(`
      The leader counts itself while its disk still writes, so an entry on one disk of three counts as committed. A
      power cut now, and the client's answer was a lie.
    `),
    `
seed 1
set nodes 3
set fault count-before-durable
set load 5/s
at 0s campaign n1
at 1s disk n1 latency 300ms
until 3s`,
  ),
  scenario(
    'commit-index-falls',
    'Bug museum: the commit index falls',
    'A follower believes every commit index that it hears. When an old message arrives late, it takes back what it knew.',
    `
seed 1
set fault commit-index-falls
set load 20/s
at 0s campaign n1
at 1s link * reorder 20%
until 4s`,
  ),
]

export const scenarios: readonly Scenario[] = [...everyday, ...figures, ...museum]
