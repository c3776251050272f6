// `npm run shots [-- name …]` builds nothing: it takes pictures of the site in dist/, in every theme and two sizes, into
// the ignored folder shots/. To look at, and for the README.
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { type Browser, chromium, type Page } from '@playwright/test'
import { findChromium } from '../tools/chromium.mjs'
import { startStaticServer } from '../tools/static-server.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = process.env.BALLAST_DIST || `${ROOT}dist`
const FOLDER = `${ROOT}shots`
const THEMES = ['dark', 'light', 'projector'] as const
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const

interface Shot {
  readonly name: string
  /** What stands behind the `#/`. */
  readonly hash: string
  /** From the opened page to what the picture shows. */
  readonly prepare?: (page: Page, wide: boolean) => Promise<void>
}

const link = (text: string, at: string) =>
  `raft?x=1.${deflateRawSync(text, { level: 9 }).toString('base64url')}&t=${at}`

const STEADY = '# Five nodes, one log\nlab raft\nseed 7\nset load 20/s\n'
const MANY =
  '# A hundred and one nodes\nlab raft\nseed 4\nset nodes 101\nset clients 8\nset load 20/s\nat 0s campaign n1\n'
const FUTURES = `${STEADY}at 2s kill n1\n`

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first()

/** Stands still at an instant: a picture of the same world every time. */
async function stopAt(page: Page, at: string): Promise<void> {
  await page.locator('#stage [data-actor]').first().waitFor()
  await command(page, 'stop')
  await goTo(page, `seek ${at}`, at)
}

/** A line that moves the reader, until the reader is there. */
async function goTo(page: Page, line: string, at: string): Promise<void> {
  await command(page, line)
  const seconds = at.endsWith('ms') ? Number(at.slice(0, -2)) / 1_000 : Number(at.slice(0, -1))
  const there = seconds.toFixed(6)
  await inPanel(page, 'Timeline', async () => {
    await page.locator('.i-readout').filter({ hasText: there }).waitFor()
  })
}

/** A line for the terminal, whichever form it has. */
async function command(page: Page, line: string): Promise<void> {
  await inPanel(page, 'Terminal', async () => {
    const form = page.getByLabel('Command')
    const screen = page.locator('.xterm-helper-textarea')
    await form.or(screen).first().waitFor({ state: 'attached' })
    if ((await form.count()) > 0) await form.focus()
    else await screen.focus()
    await page.keyboard.type(line)
    await page.keyboard.press('Enter')
  })
}

/** On a small screen the panel stands behind a tab. */
async function inPanel(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  const tab = page.getByRole('tab', { name, exact: true })
  const narrow = (await tab.count()) > 0
  if (narrow) await tab.click()
  await act()
  if (narrow) await page.getByRole('tab', { name: 'Guide', exact: true }).click()
}

async function openPanel(page: Page, panel: string, tab: string | RegExp): Promise<void> {
  const narrow = page.getByRole('tab', { name: panel, exact: true })
  if ((await narrow.count()) > 0) await narrow.click()
  await page.getByRole('tab', { name: tab, exact: typeof tab === 'string' }).click()
}

const SHOTS: readonly Shot[] = [
  {
    name: 'home',
    hash: '',
    prepare: async (page) => {
      await page.locator('.preview-stage circle').first().waitFor({ state: 'attached' })
    },
  },
  { name: 'lab-steady', hash: link(STEADY, '1500ms'), prepare: (page) => stopAt(page, '1512ms') },
  {
    name: 'lab-election',
    hash: 'raft/s/leader-dies',
    prepare: (page) => stopAt(page, '3202ms'),
  },
  {
    name: 'lab-partition',
    hash: 'raft/s/partition',
    prepare: async (page) => {
      await stopAt(page, '2400ms')
      await page.locator('#stage').getByRole('button', { name: 'n1', exact: true }).click()
    },
  },
  {
    name: 'lab-message',
    hash: link(STEADY, '1500ms'),
    prepare: async (page) => {
      await stopAt(page, '1512ms')
      await openPanel(page, 'Inspector', 'Measures')
    },
  },
  {
    name: 'lab-faults',
    hash: 'raft/s/slow-disk',
    prepare: async (page) => {
      await stopAt(page, '7s')
      await openPanel(page, 'Inspector', 'Faults')
    },
  },
  { name: 'nodes-25', hash: 'raft/s/twenty-five', prepare: (page) => stopAt(page, '3s') },
  { name: 'nodes-101', hash: link(MANY, '1s'), prepare: (page) => stopAt(page, '1030ms') },
  { name: 'figure-7', hash: 'raft/s/figure-7', prepare: (page) => stopAt(page, '600ms') },
  {
    name: 'lesson-predict',
    hash: 'raft/lesson/leader-dies/5',
    prepare: async (page) => {
      await page.getByRole('radio').first().check()
    },
  },
  {
    name: 'lesson-outcome',
    hash: 'raft/lesson/leader-dies/5',
    prepare: async (page) => {
      await page.getByRole('radio').first().check()
      await button(page, 'Commit my prediction').click()
      await button(page, 'Show me').click()
      await page.getByText('what happened').waitFor()
    },
  },
  {
    name: 'broken-rule',
    hash: 'raft/s/figure-8-broken',
    prepare: async (page) => {
      await page.locator('#stage [data-actor]').first().waitFor()
      await command(page, 'run')
      await openPanel(page, 'Inspector', /^Rules/)
      await page
        .getByText(/is broken/)
        .first()
        .waitFor()
    },
  },
  {
    name: 'compare',
    hash: link(FUTURES, '3s'),
    prepare: async (page) => {
      await stopAt(page, '3s')
      await goTo(page, 'seek 1900ms', '1900ms')
      await command(page, 'partition n1 n2 | n3 n4 n5')
      await goTo(page, 'run 1100ms', '3s')
      await page.getByRole('button', { name: 'branch 2 of 2' }).click()
      await page.getByRole('menuitem', { name: 'Compare side by side…' }).click()
      await page.getByText(/^They differ from/).waitFor()
    },
  },
  {
    name: 'share',
    hash: link(STEADY, '1500ms'),
    prepare: async (page, wide) => {
      await stopAt(page, '1512ms')
      if (wide) await button(page, 'Share').click()
      else {
        await button(page, 'Menu').click()
        await page.getByRole('menuitem', { name: 'Share…' }).click()
      }
      await page.getByRole('heading', { name: 'Data up to now' }).waitFor()
    },
  },
  {
    name: 'terminal-help',
    hash: link(STEADY, '1500ms'),
    prepare: async (page, wide) => {
      await stopAt(page, '1512ms')
      await command(page, 'help link')
      if (!wide) await page.getByRole('tab', { name: 'Terminal', exact: true }).click()
    },
  },
  {
    name: 'palette',
    hash: link(STEADY, '1500ms'),
    prepare: async (page) => {
      await stopAt(page, '1512ms')
      await page.locator('#stage').focus()
      await page.keyboard.press('Control+k')
      await page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'mistakes',
    hash: link('# broken\nlab raft\nseed 1\nat 1s partision n1 | n2 n3\nat 2s kill n7\n', '0s'),
    prepare: async (page) => {
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'present',
    hash: 'raft/s/leader-dies',
    prepare: async (page, wide) => {
      await stopAt(page, '3202ms')
      if (wide) await button(page, 'Present').click()
      else {
        await button(page, 'Menu').click()
        await page.getByRole('menuitem', { name: 'Present' }).click()
      }
      await button(page, 'Stop presenting').waitFor()
    },
  },
  { name: 'cluster', hash: 'cluster', prepare: (page) => stopAt(page, '2400ms') },
  {
    name: 'cluster-failure',
    hash: 'cluster/s/kill-master',
    prepare: async (page) => {
      await stopAt(page, '7450ms')
      await page.locator('#stage').getByRole('button', { name: 'n4', exact: true }).click()
    },
  },
  { name: 'cluster-minority', hash: 'cluster/s/minority', prepare: (page) => stopAt(page, '9s') },
  {
    name: 'cluster-reshard',
    hash: 'cluster/s/reshard',
    prepare: async (page) => {
      await stopAt(page, '4700ms')
      await showMap(page)
    },
  },
  {
    name: 'cluster-key',
    hash: 'cluster/s/open-slot',
    prepare: async (page) => {
      await stopAt(page, '5500ms')
      await showMap(page)
      await page.getByRole('textbox', { name: /^Key/ }).fill('user:{42}:name')
    },
  },
  { name: 'cluster-hot-slot', hash: 'cluster/s/hot-slot', prepare: (page) => stopAt(page, '5s') },
  {
    name: 'cluster-lesson',
    hash: 'cluster/lesson/acknowledged-and-gone/1',
    prepare: async (page) => {
      await page.locator('#stage [data-actor]').first().waitFor()
    },
  },
  { name: 'embed', hash: link(STEADY, '1500ms').replace('raft?', 'raft/embed?') },
]

/** The map of the slots: on a small screen it is a sheet that is closed at first. */
async function showMap(page: Page): Promise<void> {
  const show = page.getByRole('button', { name: 'Show the slot map' })
  if (await show.isVisible()) await show.click()
}

async function take(browser: Browser, site: string, shot: Shot): Promise<void> {
  for (const theme of THEMES) {
    for (const size of SIZES) {
      const page = await browser.newPage({ viewport: size, serviceWorkers: 'block', colorScheme: 'dark' })
      await page.addInitScript((chosen) => localStorage.setItem('ballast:theme', chosen), theme)
      await page.goto(`${site}#/${shot.hash}`)
      await shot.prepare?.(page, size.width >= 900)
      await settle(page)
      const file = `${shot.name}-${theme}-${size.width}.png`
      await page.screenshot({ path: `${FOLDER}/${file}` })
      console.log(`shots/${file}`)
      await page.close()
    }
  }
}

/** Two frames after the last change: canvases are drawn in frames of their own, slow state at most ten times a second. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frames = 20
    for (let frame = 0; frame < frames; frame++) await new Promise((done) => requestAnimationFrame(done))
  })
}

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !SHOTS.some((shot) => shot.name === name))
if (unknown !== undefined) {
  console.error(`No picture is called ${unknown}; there are: ${SHOTS.map(({ name }) => name).join(' ')}`)
  process.exit(2)
}
if (!existsSync(`${DIST}/index.html`)) {
  console.error('There is no built site: run `npm run build` first.')
  process.exit(2)
}
const executablePath = await findChromium()
if (executablePath === null) throw new Error('No Chromium: run `npm test -- chromium`, or set CHROMIUM_PATH.')
await mkdir(FOLDER, { recursive: true })
const site = await startStaticServer({ folder: DIST })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  for (const shot of SHOTS) if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, site.url, shot)
} finally {
  await browser.close()
  await site.close()
}
