import { flow } from '../../base/flow.ts'
import type { Scenario } from '../../engine/lab.ts'

/**
 * The experiments that come with the lab. Each one really shows what its blurb says: scenarios.test.ts runs it and
 * looks. All servers begin together, so for two seconds the masters answer CLUSTERDOWN, as real ones do; the acts come
 * after that. The key `bar` lies in slot 5061, of n1; `hello` in 866, of n1; `foo` in 12182, of n3.
 */

/** A complete text: the title is its first line. */
function scenario(id: string, title: string, blurb: string, body: string): Scenario {
  return { id, title, blurb: flow(blurb), text: `# ${title}\nlab cluster\n${body.trim()}\n` }
}

/** Keys of slot 5061 with their values, for MSET. */
const TWENTY_FIVE = Array.from({ length: 25 }, (_, at) => `{bar}:${at + 1} v${at + 1}`).join(' ')

const everyday: readonly Scenario[] = [
  scenario(
    'steady',
    'A cluster at rest',
    `Three masters share 16,384 slots, each has a replica, and everybody gossips with everybody. Look at the PINGs: whom
    does a node ask, and what else is in the message?`,
    `
seed 7
set cluster-node-timeout 2s
set load 6/s
until 8s
`,
  ),
  scenario(
    'redirections',
    'A client that learns, and one that does not',
    `c1 keeps a map of the slots, c2 asks any node and goes where it is sent. Compare their MOVED per second: two of three
    guesses are wrong.`,
    `
seed 3
set cluster-node-timeout 2s
set client-style mixed
at 2.5s load c1 30/s
at 2.5s load c2 30/s
until 10s
`,
  ),
  scenario(
    'birth',
    'Birth of a cluster',
    `Six nodes that know nobody. Five introductions (CLUSTER MEET) in a chain are enough: gossip does the rest. Watch
    the tables of the nodes fill, then the slots find owners, and the cluster comes up.`,
    `
seed 5
set start unformed
set clients 0
set cluster-node-timeout 2s
# An epoch for each, while it is alone.
at 0.2s cli n1 CLUSTER SET-CONFIG-EPOCH 1
at 0.2s cli n2 CLUSTER SET-CONFIG-EPOCH 2
at 0.2s cli n3 CLUSTER SET-CONFIG-EPOCH 3
at 0.2s cli n4 CLUSTER SET-CONFIG-EPOCH 4
at 0.2s cli n5 CLUSTER SET-CONFIG-EPOCH 5
at 0.2s cli n6 CLUSTER SET-CONFIG-EPOCH 6
at 0.5s cli n1 CLUSTER ADDSLOTSRANGE 0 5460
at 0.5s cli n2 CLUSTER ADDSLOTSRANGE 5461 10922
at 0.5s cli n3 CLUSTER ADDSLOTSRANGE 10923 16383
at 1s meet n1 n2
at 1s meet n2 n3
at 1s meet n3 n4
at 1s meet n4 n5
at 1s meet n5 n6
# Everybody knows everybody: now the replicas.
at 4s replicate n4 n1
at 4s replicate n5 n2
at 4s replicate n6 n3
at 6s cli n1 CLUSTER INFO
until 8s
`,
  ),
  scenario(
    'hash-tags',
    'Keys that stay together',
    `Two keys of one user lie in different slots, and no command may touch both. With a hash tag only what stands in the
    braces is hashed.`,
    `
seed 2
set clients 0
set cluster-node-timeout 2s
at 2.5s cli n1 CLUSTER KEYSLOT user:7:name
at 2.5s cli n1 CLUSTER KEYSLOT user:7:mail
at 3s cli n1 MSET user:7:name Ada user:7:mail ada@example.org
at 4s cli n1 CLUSTER KEYSLOT {user:7}:name
at 4s cli n1 CLUSTER KEYSLOT {user:7}:mail
at 5s cli -c n1 MSET {user:7}:name Ada {user:7}:mail ada@example.org
at 5.5s cli -c n2 MGET {user:7}:name {user:7}:mail
until 6s
`,
  ),
  scenario(
    'hot-slot',
    'A hot slot',
    `Half of the load asks for one key. More masters do not help: its slot has one owner. Compare the commands per second
    of the nodes.`,
    `
seed 4
set masters 6
set replicas 0
set cluster-node-timeout 2s
set distribution hot
set reads 90%
set clients 4
at 2.5s load c1 60/s
at 2.5s load c2 60/s
at 2.5s load c3 60/s
at 2.5s load c4 60/s
until 8s
`,
  ),
]

const failures: readonly Scenario[] = [
  scenario(
    'kill-master',
    'Kill a master',
    `n1 dies. First the others suspect it (PFAIL), then a majority of masters agrees (FAIL), then its replica asks for
    votes. Watch which of the three takes longest, and what clients are answered meanwhile.`,
    `
seed 7
set cluster-node-timeout 2s
at 2.5s load c1 5/s
at 2.5s load c2 5/s
at 4s kill n1
until 11s
`,
  ),
  scenario(
    'rejoin',
    'The old master comes back',
    `n1 restarts, sure of its slots: its disk says so. But n4 claims them under a greater epoch. As soon as n1 hears of that it
    becomes a replica of n4, and takes everything from it.`,
    `
seed 7
set cluster-node-timeout 2s
at 2.5s load c1 5/s
at 2.5s load c2 5/s
at 4s kill n1
at 10s restart n1
until 14s
`,
  ),
  scenario(
    'kill-both',
    'Kill a master and its replica',
    `Nobody is left who has the keys of n1. A third of the slots has no owner that lives, so the whole cluster refuses:
    that is what full coverage means. When n4 is back, it waits for its master; n1 brings the slots back, but no keys.`,
    `
seed 9
set cluster-node-timeout 2s
at 2.5s load c1 5/s
at 2.5s load c2 5/s
at 4s kill n1
at 4s kill n4
at 10s restart n4
at 12s restart n1
until 16s
`,
  ),
  scenario(
    'coverage-partial',
    'Coverage lost, and two thirds go on',
    `The same loss with cluster-require-full-coverage no: keys of the other masters are served as if nothing had happened,
    and only those of n1 fail.`,
    `
seed 9
set cluster-node-timeout 2s
set cluster-require-full-coverage no
at 2.5s load c1 5/s
at 2.5s load c2 5/s
at 4s kill n1
at 4s kill n4
# bar belongs to n1, foo to n3.
at 9s cli -c n2 SET foo 1
at 9s cli n2 SET bar 1
until 10s
`,
  ),
  scenario(
    'minority',
    'A master in the minority',
    `n1 and c1 are cut off. c1 still writes to n1, and n1 says OK: for about a node timeout it does not know that it is alone.
    On the other side n4 takes over. When the network heals, n1 becomes its replica, and what it had confirmed is gone.`,
    `
seed 6
set cluster-node-timeout 2s
set clients 2
at 2.5s load c1 20/s
at 2.5s load c2 20/s
at 4s partition n1 c1 | n2 n3 n4 n5 n6 c2
at 4.5s cli n1 SET bar lost
at 10s heal
at 13s cli -c n2 GET bar
until 14s
`,
  ),
  scenario(
    'rejoin-delay',
    'Back from the minority',
    `n1 is cut off, and it has no replica that could replace it. After the healing it could go on at once; but it waits for about
    a node timeout, in case somebody has claimed its slots meanwhile.`,
    `
seed 8
set replicas 0
set cluster-node-timeout 2s
set clients 0
at 3s partition n1 | n2 n3
at 7.5s heal
at 8s cli n1 SET bar 1
at 11s cli n1 SET bar 1
until 12s
`,
  ),
  scenario(
    'stale-replica',
    'Too old to be elected',
    `n4 has lost its master and hears of no write any more. When n1 dies, n4 may not be elected: its data is too old. With a
    validity factor of 0 it may, and what it has missed is lost.`,
    `
seed 12
set cluster-node-timeout 2s
set cluster-replica-validity-factor 1
set repl-ping-replica-period 1s
set clients 0
at 2.5s cli n1 SET bar old
at 3s link n1<>n4 cut
at 4s cli n1 SET bar new
at 10s kill n1
# The node timeouts without its master are too many. Now nobody counts them.
at 18s set cluster-replica-validity-factor 0
at 30s cli -c n2 GET bar
until 31s
`,
  ),
  scenario(
    'rank',
    'Who has more goes first',
    `n1 has two replicas, and n4 is behind. When n1 dies, n4 sees that n7 knows more and waits a second longer (its rank):
    n7 wins.`,
    `
seed 21
set cluster-node-timeout 2s
set replicas 2
set clients 0
at 2.5s link n1>n4 cut
at 3s cli n1 SET bar 1
at 3.2s cli n1 SET hello 2
at 4s kill n1
until 12s
`,
  ),
  scenario(
    'replica-migration',
    'A replica moves to an orphan',
    `n1 loses both its replicas. The others have two each, so one of them can be spared: after five seconds as an orphan n1
    gets the replica with the smallest id.`,
    `
seed 13
set cluster-node-timeout 2s
set replicas 2
set clients 0
at 3s kill n4
at 3s kill n7
until 16s
`,
  ),
  scenario(
    'no-majority',
    'Two of three masters are dead',
    `No majority is left to agree on FAIL, and none to vote. A person who knows better decides: TAKEOVER at n4 needs no
    votes. With it there are two masters of three again, and the rest happens by itself: n5 is elected.`,
    `
seed 14
set cluster-node-timeout 2s
set clients 0
at 3s kill n1
at 3s kill n2
# Nothing happens by itself.
at 10s failover n4 takeover
at 15s cli -c n3 SET bar 1
until 16s
`,
  ),
  scenario(
    'stale-read',
    'A master that was asleep',
    `n1 stops (its machine moves, say), is cut off, and is replaced by n4. When it wakes up it does not know: it answers an old value,
    and says OK to a write that nobody will ever see. As soon as it hears of the others it steps down.`,
    `
seed 15
set cluster-node-timeout 2s
set clients 0
at 3s cli n1 SET bar old
at 4s pause n1
at 4s partition n1 | n2 n3 n4 n5 n6
at 9s cli n4 SET bar new
at 10s resume n1
at 10.1s cli n1 GET bar
at 10.3s cli n1 SET bar unseen
at 11s heal
at 13s cli n1 GET bar
at 13.2s cli -c n1 GET bar
until 14s
`,
  ),
]

const promises: readonly Scenario[] = [
  scenario(
    'acknowledged-and-gone',
    'Acknowledged, and gone',
    `The way from n1 to its replica is cut. n1 says OK and dies a moment later: n4 takes over without ever having heard of
    the write. Nobody did anything wrong: replication is asynchronous.`,
    `
seed 16
set cluster-node-timeout 2s
set clients 0
at 3s link n1>n4 cut
at 4s cli n1 SET bar precious
at 4.1s kill n1
at 10s cli -c n2 GET bar
until 11s
`,
  ),
  scenario(
    'wait',
    'The same with WAIT',
    `The way from n1 to its replica takes 400 ms. WAIT 1 100 says 0: nothing is promised. WAIT 1 1000 says 1: a replica has
    the write, and the death of n1 loses nothing. WAIT does not make a write safe; it says how safe it is.`,
    `
seed 16
set cluster-node-timeout 2s
set clients 0
at 3s link n1>n4 delay 400ms
at 4s cli n1 SET bar precious
at 4.1s cli n1 WAIT 1 100
at 4.3s cli n1 WAIT 1 1000
at 5.5s kill n1
at 11s cli -c n2 GET bar
until 12s
`,
  ),
  scenario(
    'min-replicas',
    'No writes without a replica',
    `n1 and c1 are cut off again, but now a master that has not heard from a replica for a second refuses to write. It bounds
    what a partition can lose, and costs the writes.`,
    `
seed 6
set cluster-node-timeout 5s
set min-replicas-to-write 1
set min-replicas-max-lag 1s
set clients 0
at 4s partition n1 cli | n2 n3 n4 n5 n6
at 4.2s cli n1 SET bar first
at 7.5s cli n1 SET bar second
until 9s
`,
  ),
]

const moves: readonly Scenario[] = [
  scenario(
    'manual-failover',
    'Change the master without losing a write',
    `CLUSTER FAILOVER at n4: n1 holds its clients back, n4 catches up to the last byte, and is elected at once. It takes
    milliseconds; compare with the death of a master.`,
    `
seed 7
set cluster-node-timeout 2s
at 2.5s load c1 20/s
at 2.5s load c2 20/s
at 4s failover n4
until 6s
`,
  ),
  scenario(
    'reshard',
    'Moving slots while clients go on',
    `Thirty slots of n1 move to n3, one after the other: IMPORTING there, MIGRATING here, key by key, then a new owner. A quarter of the
    load is in one of them (2648, the keys of user 3): its clients are told ASK (this once), then MOVED (from now on). Nobody is
    refused.`,
    `
seed 17
set cluster-node-timeout 2s
set client-style mixed
set delay 5ms..10ms
set distribution tags
set keys 16
set reads 60%
at 2.5s load c1 200/s
at 2.5s load c2 200/s
at 4s reshard 2630-2659 n1 n3
until 10s
`,
  ),
  scenario(
    'open-slot',
    'A slot in between',
    `Slot 5061 is open: n1 gives, n2 takes, and nobody hurries. A key that is still there is served by n1; one that is gone
    is answered with ASK; two keys, one here and one there, get TRYAGAIN.`,
    `
seed 18
set cluster-node-timeout 2s
set clients 0
at 2.5s cli n1 MSET {bar}:1 one {bar}:2 two
at 3s cli n2 CLUSTER SETSLOT 5061 IMPORTING $n1.id
at 3.1s cli n1 CLUSTER SETSLOT 5061 MIGRATING $n2.id
at 4s cli n1 MIGRATE $n2.host $n2.port "" 0 5000 KEYS {bar}:1
at 5s cli n1 GET {bar}:2
at 5.2s cli n1 GET {bar}:1
at 5.4s cli n1 MGET {bar}:1 {bar}:2
at 5.6s cli -c n1 GET {bar}:1
# n2 answers only who has been sent with ASK.
at 5.8s cli n2 GET {bar}:1
at 7s cli n1 MIGRATE $n2.host $n2.port "" 0 5000 KEYS {bar}:2
at 7.5s cli n2 CLUSTER SETSLOT 5061 NODE $n2.id
at 7.6s cli n1 CLUSTER SETSLOT 5061 NODE $n2.id
at 9s cli n1 GET {bar}:1
until 10s
`,
  ),
  scenario(
    'reshard-interrupted',
    'A move that is interrupted',
    `Slot 5061 moves from n1 to n3, ten keys at a time, over a slow line, and is stopped in the middle. Some keys are here, some
    there, and both are found: n1 answers for the ones, and sends after the others with ASK. The second try ends it.`,
    `
seed 19
set cluster-node-timeout 5s
set clients 0
at 2.5s cli n1 MSET ${TWENTY_FIVE}
at 3s link n1>n3 delay 150ms
at 3.2s reshard 5061-5061 n1 n3
at 3.45s reshard stop
at 5s cli n1 CLUSTER COUNTKEYSINSLOT 5061
at 5s cli n3 CLUSTER COUNTKEYSINSLOT 5061
at 5.5s cli -c n1 GET {bar}:1
at 5.5s cli -c n1 GET {bar}:25
at 7s reshard 5061-5061 n1 n3
at 10s cli n3 CLUSTER COUNTKEYSINSLOT 5061
until 11s
`,
  ),
  scenario(
    'epoch-collision',
    'Two masters, one epoch',
    `n1 and n2 take a new config epoch at the same instant, without asking anybody: the same number. The next heartbeat shows it,
    and the one with the smaller id takes another.`,
    `
seed 20
set cluster-node-timeout 2s
set clients 0
at 3s cli n1 CLUSTER BUMPEPOCH
at 3s cli n2 CLUSTER BUMPEPOCH
until 6s
`,
  ),
  scenario(
    'publish',
    'A message for everybody',
    `A subscriber at n5 hears what is published at n1: every PUBLISH goes over the bus to every node. SPUBLISH goes only to
    the nodes of its slot.`,
    `
seed 22
set cluster-node-timeout 2s
set clients 0
at 2.5s cli n5 SUBSCRIBE news
at 3s cli n1 PUBLISH news hello
# RESP3 lets one connection subscribe and ask.
at 3.5s cli n3 HELLO 3
at 3.6s cli n3 SSUBSCRIBE foo
at 4s cli -c n1 SPUBLISH foo hello
until 5s
`,
  ),
]

/** Mistakes that are built in on purpose: each breaks a rule, and the rule says which. */
const mistakes: readonly Scenario[] = [
  scenario(
    'fault-no-majority',
    'Planted: an election without majority',
    `Two of three masters are dead, as before; but here one master is taken for a majority. It looks like a success.`,
    `
seed 14
set cluster-node-timeout 2s
set clients 0
set fault no-majority
at 3s kill n1
at 3s kill n2
until 10s
`,
  ),
  scenario(
    'fault-vote-twice',
    'Planted: two votes in one epoch',
    `n1 has two replicas that do not hear each other, and the way to the masters is long: both ask in the same epoch, and here a
    master says yes to both.`,
    `
seed 23
set masters 3
set replicas 2
set cluster-node-timeout 2s
set delay 150ms..250ms
set clients 0
set fault vote-twice
at 4s link n4<>n7 cut
at 5s kill n1
until 14s
`,
  ),
  scenario(
    'fault-update-ignored',
    'Planted: UPDATE is ignored',
    `n1 comes back and hears that n4 has its slots under a greater epoch; here it does not care. Two masters serve the same
    slots.`,
    `
seed 7
set cluster-node-timeout 2s
set fault update-ignored
at 2.5s load c1 5/s
at 2.5s load c2 5/s
at 4s kill n1
at 10s restart n1
until 25s
`,
  ),
  scenario(
    'fault-collision',
    'Planted: a collision that nobody resolves',
    `The same two masters with one epoch; here nobody takes another. Whoever hears of both cannot tell whose claim is newer.`,
    `
seed 20
set cluster-node-timeout 2s
set clients 0
set fault collision-unresolved
at 3s cli n1 CLUSTER BUMPEPOCH
at 3s cli n2 CLUSTER BUMPEPOCH
until 15s
`,
  ),
  scenario(
    'fault-moved-for-ask',
    'Planted: MOVED where ASK belongs',
    `A key of an open slot has left already. ASK would send this one question after it; MOVED says that the whole slot has
    moved, and clients believe it.`,
    `
seed 18
set cluster-node-timeout 2s
set clients 0
set fault moved-for-ask
at 2.5s cli n1 SET bar 1
at 3s cli n2 CLUSTER SETSLOT 5061 IMPORTING $n1.id
at 3.1s cli n1 CLUSTER SETSLOT 5061 MIGRATING $n2.id
at 4s cli n1 GET {bar}:gone
until 5s
`,
  ),
  scenario(
    'fault-wait-unacknowledged',
    'Planted: WAIT that does not wait',
    `The way from n1 to its replica takes 400 ms, and each write waits for it. Here WAIT counts every replica that is
    connected, whatever it has acknowledged: clients hear that a second node has the write, and n1 alone has it.`,
    `
seed 16
set cluster-node-timeout 2s
set wait 1
set wait-timeout 1s
set reads 0%
# The only key is key:0, of n1.
set keys 1
set fault wait-unacknowledged
at 2.5s link n1>n4 delay 400ms
at 3s load c1 2/s
at 3s load c2 2/s
until 6s
`,
  ),
  scenario(
    'fault-no-vote',
    'Planted: masters that never vote',
    `n1 dies, and n4 asks for votes as it should; here nobody gives it one. It asks again and again, and the cluster stays
    down long after every timer has run out.`,
    `
seed 7
set cluster-node-timeout 1s
set clients 0
set fault no-vote
at 4s kill n1
until 30s
`,
  ),
]

export const scenarios: readonly Scenario[] = [...everyday, ...failures, ...promises, ...moves, ...mistakes]
