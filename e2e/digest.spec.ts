import { scenarios } from '../src/labs/raft/scenarios.ts'
import { awaitPlaying, expect, openLab, runCli, standing, test, typeLine, watchRun } from './support.ts'

// What the worker tells is listened to from the first script on.
test.use({ fresh: true })

/** What the headless runner says of a run, as far as it matters here. */
interface Report {
  readonly digest: string
  readonly timeUs: number
  readonly events: number
}

const scenario = (id: string): string => {
  const found = scenarios.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no scenario ${id}`)
  return found.text
}

/** Between them: every kind of fault, load, torn and lost writes, clocks that drift, many nodes, a broken rule. */
const EXPERIMENTS: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'faults of the network',
    text: `lab raft
seed 12
set load 30/s
at 500ms link * loss 10% duplicate 5% reorder 20%
at 1s partition n1 n2 | n3 n4 n5
at 2s heal
at 2500ms isolate n2 in
at 3s link n1>n3 delay 50ms..90ms
at 4s heal
until 6s
`,
  },
  {
    name: 'torn and lost writes, crashes, stalls, a drifting clock',
    text: `lab raft
seed 99
set load 60/s
set snapshot-threshold 30
set snapshot-keep 5
at 200ms disk n1 on-crash torn
at 200ms disk n2 on-crash lost
at 300ms clock n3 fast 50000
at 400ms clock n4 behind 80ms
at 1s kill n1
at 1.5s restart n1
at 2s kill n2
at 2s disk n5 stall
at 2.6s restart n2
at 3s disk n5 resume
at 3.5s pause n3
at 4s resume n3
until 6s
`,
  },
  { name: 'twenty-five nodes', text: scenario('twenty-five') },
  { name: 'snapshots', text: scenario('snapshot') },
  {
    name: 'a pipeline with retries, credits, a breaker, TCP and two copies',
    text: `lab flow
seed 31
set variants 2
set stages api db line
set senders tx
set receivers rx
set pipes web>api api>db tx>line line>rx
at 0s load web poisson 90/s
at 0s timeout web 400ms
at 0s retry web 3 full base 50ms cap 1s
at 0s breaker web hystrix
at 0s service api exponential 20ms
at 0s queue api 40 drop-newest
at 0s manage api.b codel
at 0s service db exponential 25ms
at 0s demand db request 8 replenish 4
at 0s service line line 10Mb/s
at 0s congestion tx cubic
at 1s link web.a>api.a loss 10% duplicate 5%
at 2s kill db.b
at 2.5s restart db.b
until 5s
`,
  },
  { name: 'a run that ends with a broken rule', text: scenario('figure-8-broken') },
]

for (const { name, text } of EXPERIMENTS) {
  test(`the same digest in Node and in the browser: ${name}`, async ({ page }, testInfo) => {
    const file = testInfo.outputPath('experiment.lab')
    const headless: Report = JSON.parse((await runCli(['run', file, '--json'], { [file]: text })).stdout)
    const run = await watchRun(page)
    await openLab(page, { text })
    await awaitPlaying(page)
    await typeLine(page, 'stop')
    await typeLine(page, 'run')
    const there = { digest: headless.digest, timeUs: headless.timeUs, event: headless.events, playing: false }
    await expect.poll(() => standing(run), { message: 'where the browser stands' }).toEqual(there)

    // However one gets there: by going back and on again, in other steps.
    await typeLine(page, 'seek 700ms')
    await expect.poll(async () => (await standing(run)).timeUs).toBe(700_000)
    await typeLine(page, 'run')
    await expect.poll(() => standing(run), { message: 'where the browser stands after a rewind' }).toEqual(there)
  })
}
