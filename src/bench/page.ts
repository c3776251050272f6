import type { Page } from '@playwright/test'
import { type Micros, micros } from '../base/brand.ts'
import { Run } from '../engine/run.ts'
import { encodeLink } from '../experiment/link.ts'
import { parse } from '../experiment/parser.ts'
import { raftLab } from '../labs/raft/world.ts'
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
  readonly text: string
  readonly atUs: Micros
}

const text = (...lines: readonly string[]) => `${['lab raft', 'seed 7', ...lines].join('\n')}\n`
// Heartbeats that travel long: nodes - 1 a beat, and as many answers.
const SCENES: Readonly<Record<string, Scene>> = {
  nodes5: { text: text('set load 20/s'), atUs: micros(2 * SECOND_US) },
  nodes101: { text: text('set nodes 101', 'set load 20/s'), atUs: micros(2 * SECOND_US) },
  nodes5messages5000: {
    text: text('set heartbeat 1ms', 'set delay 625ms..650ms', 'set election-timeout 3s..6s'),
    atUs: micros(20 * SECOND_US),
  },
  nodes101messages5000: {
    text: text('set nodes 101', 'set delay 1.25s..1.3s', 'set election-timeout 6s..12s'),
    atUs: micros(40 * SECOND_US),
  },
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
    await visitor.goto(`${url}#/raft?${link.query}`)
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
function messagesInFlight({ text: source, atUs }: Scene): number {
  const parsed = parse(source, () => raftLab.language)
  if (!parsed.ok) throw new Error('the scene does not parse')
  const { seed, settings, acts } = parsed.value
  const run = new Run(raftLab, { seed, settings, acts })
  run.sim.start()
  while (run.once(atUs));
  let count = 0
  run.sim.eachInFlight(() => {
    count++
  })
  return count
}
