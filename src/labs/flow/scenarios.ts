import { flow } from '../../base/flow.ts'
import type { Scenario } from '../../engine/lab.ts'

/**
 * The experiments that come with the lab. Each one really shows what its blurb says: scenarios.test.ts runs it and looks.
 */

/** A complete text: the title is its first line. */
function scenario(id: string, title: string, blurb: string, body: string): Scenario {
  return { id, title, blurb, text: `# ${title}\nlab flow\n${body.trim()}\n` }
}

/** 70 requests a second on ten servers of 100 ms, who give up after a second: room for 100 a second. */
const STORM = `at 0s load web poisson 70/s
at 0s timeout web 1s
at 0s service api exponential 100ms
at 0s servers api 10
at 0s refusals api silent`

/** Three servers of ten are left for ten seconds. */
const TRIGGER = `at 10s pace api 30%
at 20s pace api 100%`

/** A line of 10 Mb/s, 25 ms each way: 43 segments fill it. */
const LINE = `set sources -
set stages line
set transport packets
set delay 12ms
at 0s service line line 10Mb/s`

export const scenarios: readonly Scenario[] = [
  scenario(
    'unbounded-queue',
    'A queue without bound',
    'One server, and a little more work than it can do: everything is accepted, nothing is lost, and everybody waits longer and longer.',
    `seed 1
at 0s load web poisson 22/s
at 0s service api exponential 50ms
until 60s`,
  ),
  scenario(
    'near-saturation',
    'Near saturation',
    flow(`
      The same server at 50, 80, 90 and 95 per cent of what it can do, with theory beside each. The last step costs
      more than all before, and the nearer to the limit, the longer one must watch before the mean can be trusted.
    `),
    `seed 2
set variants 4
at 0s load web.a poisson 50/s
at 0s load web.b poisson 80/s
at 0s load web.c poisson 90/s
at 0s load web.d poisson 95/s
at 0s service api exponential 10ms
until 60s`,
  ),
  scenario(
    'queue-against-timeout',
    'A queue sized against the timeout',
    flow(`
      Overload for ten seconds, and clients who give up after one. Fifty places hold half a second of work: the storm
      ends with its cause. A thousand hold ten seconds of work that nobody waits for any more: it never ends.
    `),
    `seed 3
set variants 2
${STORM}
at 0s retry web 3 immediate
at 0s queue api.a 50 drop-newest
at 0s queue api.b 1000 drop-newest
${TRIGGER}
until 60s`,
  ),
  scenario(
    'fast-producer',
    'Fast producer, slow consumer',
    flow(`
      A hundred a second come, fifty can be served. Block, drop the newest, drop the oldest, keep only the latest: the
      same throughput four times, and answers after many seconds, 0.4, 0.2 and 0.03.
    `),
    `seed 4
set variants 4
at 0s load web every 10ms
at 0s service api constant 20ms
at 0s queue api.a 20 block
at 0s queue api.b 20 drop-newest
at 0s queue api.c 20 drop-oldest
at 0s queue api.d 20 conflate
until 20s`,
  ),
  scenario(
    'bufferbloat',
    'Bufferbloat, and CoDel',
    flow(`
      One TCP flow over a line of 10 Mb/s. A buffer of 1,000 packets is filled because it is there, and adds up to 1.2
      seconds to every round trip. CoDel keeps the queue at a few packets, and as many bytes arrive.
    `),
    `seed 5
set variants 2
set senders tx
set receivers rx
${LINE}
at 0s congestion tx cubic
at 0s queue line.a 1000 drop-newest
at 0s queue line.b 1000 drop-newest
at 0s manage line.b codel
until 14s`,
  ),
  scenario(
    'two-flows',
    'Two TCP flows converge',
    flow(`
      One flow has the line for itself. Another one comes after ten seconds. Each loss halves both windows, and so the
      difference between them (Chiu and Jain 1989): in the end each has its half.
    `),
    `seed 6
set senders one two
set receivers rx
${LINE}
at 0s class two 1
at 0s congestion one reno
at 0s congestion two reno
at 0s begin two 10s
at 0s queue line 25 drop-newest
until 40s`,
  ),
  scenario(
    'window-too-small',
    'A window smaller than the pipe is long',
    flow(`
      A consumer of 1,000 a second, 50 ms away and back. Credits for 10 give 10 items each round trip, whatever the
      consumer could do: X = min(μ, W/RTT), here 200, 500, 1,000, and 1,000 again.
    `),
    `seed 7
set variants 4
set delay 25ms
at 0s load web every 1ms
at 0s service api constant 1ms
at 0s demand api.a request 10 replenish 1
at 0s demand api.b request 25 replenish 1
at 0s demand api.c request 50 replenish 1
at 0s demand api.d request 100 replenish 1
until 8s`,
  ),
  scenario(
    'head-of-line',
    'One slow stream starves the others',
    flow(`
      Two streams share one HTTP/2 connection: one consumer is quick, one hardly reads. What the slow one does not
      read holds the window of both, so the quick one rests with an empty queue: it gets one item a second, as the
      slow one does.
    `),
    `seed 8
set stages gate quick slow
set pipes web>gate gate>quick gate>slow
at 0s load web poisson 200/s
at 0s service gate constant 1ms
at 0s balance gate random
at 0s service quick constant 1ms
at 0s service slow constant 1s
at 0s demand quick window 65535
at 0s demand slow window 65535
at 0s queue gate 50 drop-newest
until 30s`,
  ),
  scenario(
    'kafka-slow-consumer',
    'A consumer that is too slow to live',
    flow(`
      0.7 s a record, one record a second: it keeps up, until a burst gives it 50 records at one poll. They take 35 s,
      after 30 s it is thought dead and does them again, for ever. Fewer records a poll at 200 s, and it gets out.
    `),
    `seed 9
at 0s load web poisson 1/s
at 0s service api constant 700ms
at 0s demand api kafka records 50 interval 30s
at 40s load web poisson 10/s
at 50s load web poisson 1/s
at 200s demand api kafka records 40 interval 30s
until 500s`,
  ),
  scenario(
    'retry-storm',
    'The retry storm',
    flow(`
      A capacity of 100 a second, a load of 70, three retries. For ten seconds the servers are slow. Then they are as
      quick as before, and goodput never comes back.
    `),
    `seed 10
${STORM}
at 0s retry web 3 immediate
${TRIGGER}
until 80s`,
  ),
  scenario(
    'retry-budget',
    'The same storm with a budget',
    flow(`
      The same trigger with no retries, with three, with three that wait longer and longer, and with three of which
      one for ten requests is allowed. Backoff delays the load and does not lessen it; the budget lessens it.
    `),
    `seed 10
set variants 4
${STORM}
at 0s retry web.b 3 immediate
at 0s retry web.c 3 full base 100ms cap 10s
at 0s retry web.d 3 immediate
at 0s budget web.d finagle share 10% minimum 0/s
${TRIGGER}
until 70s`,
  ),
  scenario(
    'lifo',
    'Last come, first served',
    flow(`
      The storm once more: first come first served, last come first served, and a queue that turns round when it has
      been full for long. Who waited longest is not who can still be helped.
    `),
    `seed 11
set variants 3
${STORM}
at 0s retry web 3 immediate
at 0s order api.b lifo
at 0s order api.c adaptive-lifo
${TRIGGER}
until 60s`,
  ),
  scenario(
    'breaker-flapping',
    'A breaker that flaps',
    flow(`
      The server is too slow for what is asked. The breaker opens, the queue drains, one trial request is quick, the
      breaker closes, everybody comes at once, and it opens again.
    `),
    `seed 12
at 0s load web poisson 140/s
at 0s timeout web 500ms
at 0s breaker web hystrix
at 0s service api exponential 100ms
at 0s servers api 10
until 60s`,
  ),
  scenario(
    'priority-inversion',
    'Who matters waits for who does not',
    flow(`
      One request in ten is urgent, and the server is overloaded. First come first served lets all wait two seconds.
      Priorities help the urgent alone. Who refuses the rest when a tenth of the queue is full helps both: nobody
      waits long.
    `),
    `seed 13
set variants 3
at 0s load web poisson 110/s
at 0s priorities web 10%,90%
at 0s service api exponential 10ms
at 0s queue api 200 drop-newest
at 0s order api.b priority 2
at 0s shed api.c priority thresholds 100%,10%
until 40s`,
  ),
  scenario(
    'autoscaler-too-late',
    'The autoscaler comes too late',
    flow(`
      The load doubles at 30 s. The autoscaler looks every 15 s, and a server boots for 30. All it sees is that every
      server is busy, never how many wait: it asks for a quarter more each time, and 1,300 wait before the queue
      turns.
    `),
    `seed 14
at 0s load web poisson 30/s
at 0s service api exponential 100ms
at 0s servers api 4
at 0s autoscale api target 80% from 4 to 20 sync 15s boot 30s
at 30s load web poisson 60/s
until 215s`,
  ),
  scenario(
    'thundering-herd',
    'In lock step, and with jitter',
    'Five hundred clients fail at once. With the same pause for all they come back at once, again and again; with full jitter they spread out.',
    `seed 15
set variants 2
at 0s load web users 500 think 5s constant
at 0s timeout web 1s
at 0s retry web.a 6 none base 500ms cap 8s
at 0s retry web.b 6 full base 500ms cap 8s
at 0s service api constant 5ms
at 0s queue api 60 drop-newest
until 30s`,
  ),
  scenario(
    'two-choices',
    'The power of two choices',
    flow(`
      Four servers at 90 per cent. A random one; one after the other; the less loaded of two random ones; the least
      loaded of all. Two choices are nearly as good as knowing all.
    `),
    `seed 16
set variants 4
set stages s1 s2 s3 s4
set pipes web>s1 web>s2 web>s3 web>s4
at 0s load web poisson 36/s
at 0s service s1 exponential 100ms
at 0s service s2 exponential 100ms
at 0s service s3 exponential 100ms
at 0s service s4 exponential 100ms
at 0s balance web.a random
at 0s balance web.b round-robin
at 0s balance web.c two-choices
at 0s balance web.d least-loaded
until 150s`,
  ),
  scenario(
    'limit-finds-itself',
    'A limit that finds itself',
    flow(`
      Twice the load that ten servers can do, and clients who wait a second. AIMD waits for a loss that never comes,
      lets 200 in, and all are too late. Vegas, Gradient2 and Envoy look at the time and find a limit of their own.
    `),
    `seed 17
set variants 4
at 0s load web poisson 200/s
at 0s timeout web 1s
at 0s service api exponential 100ms
at 0s servers api 10
at 0s limit api.a aimd
at 0s limit api.b vegas
at 0s limit api.c gradient2
at 0s limit api.d envoy
until 40s`,
  ),
  scenario(
    'backpressure-chain',
    'Backpressure runs upstream',
    flow(`
      Three stages in a row, the last one slow. With bounded buffers that block, the slowness arrives at the source;
      without a bound it is hidden in the queue before the last stage.
    `),
    `seed 18
set variants 2
set stages read parse write
at 0s load web every 10ms
at 0s service read constant 2ms
at 0s service parse constant 4ms
at 0s service write constant 20ms
at 0s queue read.a 5 block
at 0s queue parse.a 5 block
at 0s queue write.a 5 block
until 20s`,
  ),
  scenario(
    'batching',
    'Batches: slower for one, quicker for all',
    flow(`
      A write costs 20 ms and 1 ms for each record. One at a time there is room for 48 a second, too few; in batches
      of 4 for 166, of 16 for 444. The first of a batch waits for the others, and is still served sooner.
    `),
    `seed 19
set variants 3
at 0s load web poisson 100/s
at 0s service api constant 20ms
at 0s batch api.a 1 linger 0s each 1ms
at 0s batch api.b 4 linger 20ms each 1ms
at 0s batch api.c 16 linger 20ms each 1ms
at 0s queue api 500 drop-newest
until 25s`,
  ),
]
