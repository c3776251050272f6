import type { Page } from '@playwright/test'
import { type Micros, micros } from '../base/brand.ts'
import type { Lab } from '../engine/lab.ts'
import { Run } from '../engine/run.ts'
import { encodeLink } from '../experiment/link.ts'
import { parse } from '../experiment/parser.ts'
import { scenarios } from '../labs/flow/scenarios.ts'
import { flowLab } from '../labs/flow/world.ts'
import { raftLab } from '../labs/raft/world.ts'
import type { Protocol } from '../machine/machine.ts'
import { labMoves, type Site, withSite } from './support/site.ts'
import { median, percentile, rounded } from './support/statistics.ts'
import { framesOf, type TraceEvent } from './support/trace.ts'

const COLD_STARTS = 5
/** Frames that are left out: what a page does once belongs to the cold start. */
const WARM_MS = 2_000
const WATCHED_MS = 8_000
const SECOND_US = 1_000_000

/** A world to look at, from an instant at which it is in full swing. */
interface Scene {
  readonly lab: 'raft' | 'flow'
  readonly text: string
  readonly atUs: Micros
}

const raft = (atS: number, ...lines: readonly string[]): Scene => ({
  lab: 'raft',
  text: `${['lab raft', 'seed 7', ...lines].join('\n')}\n`,
  atUs: micros(atS * SECOND_US),
})
const flow = (atS: number, text: string): Scene => ({ lab: 'flow', text, atUs: micros(atS * SECOND_US) })
// Heartbeats that travel long: nodes - 1 a beat, and as many answers.
const SCENES: Readonly<Record<string, Scene>> = {
  nodes5: raft(2, 'set load 20/s'),
  nodes101: raft(2, 'set nodes 101', 'set load 20/s'),
  nodes5messages5000: raft(20, 'set heartbeat 1ms', 'set delay 625ms..650ms', 'set election-timeout 3s..6s'),
  nodes101messages5000: raft(40, 'set nodes 101', 'set delay 1.25s..1.3s', 'set election-timeout 6s..12s'),
  // Half of them are items and half of them answers.
  flowItems5000: flow(
    4,
    'lab flow\nseed 7\nset delay 1s\nat 0s load web poisson 2500/s\nat 0s service api constant 10ms\nat 0s servers api 40\n',
  ),
  flowFourCopies: flow(30, scenarios.find(({ id }) => id === 'retry-budget')!.text),
}

/** What a visitor's machine does: until the first lab moves, and in each frame then. Script of the main thread only. */
export function page() {
  return withSite(async (site) => {
    const scenes: Record<string, object> = {}
    const coldStartMs = rounded(await coldStart(site))
    for (const [name, scene] of Object.entries(SCENES)) {
      console.error(`page: ${name} …`)
      scenes[name] = await watch(site, scene)
    }
    return { coldStartMs, ...scenes }
  })
}

async function coldStart({ visit, url }: Site): Promise<number> {
  const samples: number[] = []
  for (let at = 0; at < COLD_STARTS; at++) {
    samples.push(
      await visit(async (visitor) => {
        await visitor.goto(`${url}#/raft`, { waitUntil: 'commit' })
        return labMoves(visitor)
      }),
    )
  }
  return median(samples)
}

async function watch({ browser, visit, url }: Site, scene: Scene) {
  const link = encodeLink({ text: scene.text, at: scene.atUs })
  if (link.kind !== 'link') throw new Error('the scene is too long for a link')
  const frames = await visit(async (visitor) => {
    await visitor.goto(`${url}#/${scene.lab}?${link.query}`)
    await labMoves(visitor)
    await pass(visitor, WARM_MS)
    await browser.startTracing(visitor, { categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.gc'] })
    await pass(visitor, WATCHED_MS)
    const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
    return framesOf(trace.traceEvents)
  })
  return {
    scriptP50Ms: rounded(percentile(frames.scriptMs, 0.5)),
    scriptP95Ms: rounded(percentile(frames.scriptMs, 0.95)),
    framesPerSecond: rounded(frames.perSecond),
    messagesInFlight: messagesInFlight(scene),
  }
}

/** Lets the page live for a while. */
async function pass(visitor: Page, ms: number): Promise<void> {
  const from = await visitor.evaluate(() => performance.now())
  await visitor.waitForFunction((untilMs) => performance.now() >= untilMs, from + ms, { polling: 'raf' })
}

/** The same world in Node: what the page has to draw. */
const messagesInFlight = (scene: Scene): number =>
  scene.lab === 'raft' ? countInFlight(raftLab, scene) : countInFlight(flowLab, scene)

function countInFlight<P extends Protocol>(lab: Lab<P>, { text, atUs }: Scene): number {
  const parsed = parse(text, () => lab.language)
  if (!parsed.ok) throw new Error('the scene does not parse')
  const { seed, settings, acts } = parsed.value
  const run = new Run(lab, { seed, settings, acts })
  run.sim.start()
  while (run.once(atUs));
  let count = 0
  run.sim.eachInFlight(() => {
    count++
  })
  return count
}
