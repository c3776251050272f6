import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import AxeBuilder from '@axe-core/playwright'
import { test as base, type ConsoleMessage, expect, type Locator, type Page } from '@playwright/test'
import type { RunState } from '../src/engine/api.ts'
import type { Scenario } from '../src/engine/lab.ts'
import { THEME_EVENT } from '../src/viz/palette.ts'
import { startStaticServer } from '../tools/static-server.mjs'

export { expect }

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The built site; BALLAST_DIST names another build than the one that `npm run build` makes. */
export const DIST = process.env.BALLAST_DIST || `${ROOT}dist`

/** Where the tests host the site: no test may depend on the root of a host. */
export const SUB_PATH = '/some/sub/path/'

/** How many times slower than it can the page runs (BALLAST_SLOW=6), to find tests that a loaded machine would fail. */
const SLOWER = Number(process.env.BALLAST_SLOW || 1)

/** What a page may not do unnoticed: errors on its console, and exceptions that nobody caught. */
class Problems {
  readonly #page: Page
  readonly #found: string[] = []
  readonly #expected: RegExp[] = []
  readonly #onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error') this.#found.push(`console: ${message.text()} (${message.location().url})`)
  }
  readonly #onError = (error: Error) => {
    this.#found.push(`uncaught: ${error.stack ?? error.message}`)
  }

  constructor(page: Page) {
    this.#page = page
    page.on('console', this.#onConsole)
    page.on('pageerror', this.#onError)
  }

  /** Hears no more: the page goes on with another test. */
  close(): void {
    this.#page.off('console', this.#onConsole)
    this.#page.off('pageerror', this.#onError)
  }

  /** For a test whose subject is the failure: messages like this are no problem. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern)
  }

  unexpected(): readonly string[] {
    return this.#found.filter((text) => !this.#expected.some((pattern) => pattern.test(text)))
  }
}

interface PerTest {
  /** For a test that prepares the browser before anything is loaded: a page that nobody has used. */
  readonly fresh: boolean
  /** Watches `page`; what it found unexpectedly fails the test at its end. */
  readonly problems: Problems
}

interface PerWorker {
  /** The built site on a plain static file server under {@link SUB_PATH}; `baseURL` is its address. */
  readonly site: { readonly url: string }
  /** Makes a page of its own browser profile, as the configuration wants it. */
  readonly openPage: (options?: { readonly serviceWorkers?: 'allow' | 'block' }) => Promise<Page>
  /** One page for most tests of a worker: the browser has the site's files, and compiled them. */
  readonly visitor: Page
}

const NO_EMULATION = { colorScheme: null, reducedMotion: null, media: null, forcedColors: null } as const

/** Leaves the page and forgets what it kept: the next visit is a first one, in a new document. */
async function forget(page: Page, site: { readonly url: string }): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.emulateMedia(NO_EMULATION)
  // A picture of the same site: the page that is left may still write until it is gone.
  await page.goto(`${site.url}icon.svg`)
  await page.evaluate(() => localStorage.clear())
}

export const test = base.extend<PerTest, PerWorker>({
  fresh: [false, { option: true }],
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      const site = await startStaticServer({ folder: DIST, prefix: SUB_PATH })
      await use(site)
      await site.close()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => use(site.url),
  openPage: [
    async ({ browser, site }, use, { project }) => {
      const { viewport = null } = project.use
      await use(async ({ serviceWorkers = 'block' } = {}) => {
        const page = await browser.newPage({ baseURL: site.url, viewport, serviceWorkers })
        if (SLOWER > 1)
          await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
        return page
      })
    },
    { scope: 'worker' },
  ],
  visitor: [
    async ({ openPage }, use) => {
      const page = await openPage()
      await use(page)
      await page.close()
    },
    { scope: 'worker' },
  ],
  page: async ({ fresh, openPage, serviceWorkers, visitor, viewport, site }, use) => {
    const page = fresh ? await openPage({ serviceWorkers: serviceWorkers ?? 'block' }) : visitor
    if (viewport) await page.setViewportSize(viewport)
    await use(page)
    if (fresh) await page.close()
    else await forget(page, site)
  },
  problems: [
    async ({ page }, use) => {
      const problems = new Problems(page)
      await use(problems)
      problems.close()
      expect(problems.unexpected(), 'errors of the page').toEqual([])
    },
    { auto: true },
  ],
})

/** The version of the link format that the tests write by hand. */
const LINK_VERSION = 1

/** What a link carries of an experiment, written without the site's own codec: deflate-raw, then base64url. */
export function linkQuery(text: string): string {
  return `x=${LINK_VERSION}.${deflateRawSync(text, { level: 9 }).toString('base64url')}`
}

/** Opens a lab (that of the experiment) as a link does, in a fresh document, with an experiment and an instant (`3.2s`). */
export async function openLab(
  page: Page,
  { text, lab = /^lab (\w+)/m.exec(text ?? '')?.[1] ?? 'raft', at }: { text?: string; lab?: string; at?: string } = {},
) {
  const fields = [...(text === undefined ? [] : [linkQuery(text)]), ...(at === undefined ? [] : [`t=${at}`])]
  // From one hash to another the browser would keep the document.
  await page.goto('about:blank')
  await page.goto(`./#/${lab}${fields.length === 0 ? '' : `?${fields.join('&')}`}`)
  await expect(page.getByRole('main')).toBeVisible()
}

/** Opens a scenario by its address, in a fresh document, and gives its text. */
export async function openScenario(page: Page, lab: string, { id, title, text }: Scenario): Promise<string> {
  await page.goto('about:blank')
  await page.goto(`./#/${lab}/s/${id}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
  await awaitPlaying(page)
  return text
}

/** The last instant of a text, as the transport shows it. */
export const endOf = (text: string): string => `${/^until (\d+)s$/m.exec(text)?.[1]}.000000`

/** Every scenario of a lab, chosen in the guide and run to its end: a rule breaks exactly where a fault is planted. */
export async function runScenarios(page: Page, lab: string, scenarios: readonly Scenario[]): Promise<void> {
  await openLab(page, { lab })
  for (const { title, text } of scenarios) {
    await page.getByRole('tab', { name: 'Scenarios' }).click()
    await page.getByRole('button', { name: title }).first().click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
    await awaitPlaying(page)
    await typeLine(page, 'run')
    const broken = page.getByRole('tab', { name: /^Rules ✕/ })
    if (/^set fault /m.test(text)) await expect(broken, title).toBeVisible()
    else {
      await expectInstant(page, endOf(text))
      await expect(broken, title).toBeHidden()
    }
  }
}

/** Every lesson of a lab opens at its first step, with a world beside it. */
export async function openLessons(
  page: Page,
  lab: string,
  cards: Readonly<Record<string, { readonly id: string; readonly title: string }>>,
): Promise<void> {
  const guide = page.getByRole('tabpanel', { name: 'Lesson' })
  for (const { id, title } of Object.values(cards)) {
    await page.goto(`./#/${lab}/lesson/${id}/1`)
    await expect(guide.locator('.lesson')).toContainText(title)
    await expect(guide.getByRole('button', { name: 'Skip', exact: true })).toBeVisible()
    await expect(outline(page).getByRole('listitem').first()).toContainText('n1')
  }
}

// ---- The workbench, as people find it ---------------------------------------------------------------------------

/** A leader is elected within a second, and nothing else happens. */
export const CALM = `# calm
lab raft
seed 42
set nodes 5
set clients 1
set load 0/s
`

/** A cluster that stands, without clients. */
export const CALM_CLUSTER = `# calm
lab cluster
seed 7
set cluster-node-timeout 1s
set clients 0
`

/** Waits until time passes: the page starts it as soon as a lab is open, and would overtake what is typed before. */
export async function awaitPlaying(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()
}

/** Opens an experiment and stands still at an instant, by typing what a person would. */
export async function openStopped(page: Page, text = CALM, at = '1s'): Promise<void> {
  await openLab(page, { text, at })
  await stopAt(page, at)
}

/** Stops what plays and goes to an instant (`1200ms`). */
export async function stopAt(page: Page, at: string): Promise<void> {
  await awaitPlaying(page)
  await typeLine(page, 'stop')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  await typeLine(page, `seek ${at}`)
  const ms = at.endsWith('ms') ? Number(at.slice(0, -2)) : Number(at.slice(0, -1)) * 1_000
  await expectInstant(page, (ms / 1_000).toFixed(6))
  // Tables and menus read the slow state, which comes a moment after the frame; the slider does, too.
  await expect(timeline(page)).toHaveAttribute('aria-valuenow', String(ms))
}

/** The instant that the transport shows, in seconds, as far as `seconds` gives digits. */
export async function expectInstant(page: Page, seconds: string): Promise<void> {
  await expect(page.locator('.i-readout')).toContainText(seconds)
}

/** One line into the terminal: put in as a whole, as a keyboard with word completion does. */
export async function typeLine(page: Page, line: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.insertText(line)
  await page.keyboard.press('Enter')
}

/** What the terminal shows at the moment; older lines are scrolled away. */
export const terminalRows = (page: Page): Locator => page.locator('.xterm-rows')

/** The time slider: the space-time diagram. */
export const timeline = (page: Page): Locator => page.getByRole('slider', { name: /^Timeline/ })

/** A node or client on the picture; its accessible description is its state. */
export const actor = (page: Page, name: string): Locator =>
  page.locator('#stage').getByRole('button', { name, exact: true })

/** The acts of the selected actor, beside the stage. */
export const actsOn = (page: Page, name: string): Locator => page.getByRole('toolbar', { name: `Acts on ${name}` })

/** The stage in words: a list that is always there, also when only screen readers see it. */
export const outline = (page: Page): Locator => page.getByRole('region', { name: 'Nodes and clients as a list' })

/** What the list says of one actor: `follower of n1, term 1, commit 3, last 3`. */
export const stateOf = (page: Page, name: string): Locator =>
  outline(page)
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('p')

/** Waits for a leader of this term or a later one. */
export async function awaitLeader(page: Page, termMin = 1): Promise<{ readonly name: string; readonly term: number }> {
  let found: { name: string; term: number } | null = null
  await expect(async () => {
    const items = await outline(page).getByRole('listitem').allInnerTexts()
    const leaders = items.flatMap((text) => {
      const [, name, term] = /^(\w+)\s+leader, term (\d+)/.exec(text.trim()) ?? []
      return name === undefined ? [] : [{ name, term: Number(term) }]
    })
    found = leaders.find(({ term }) => term >= termMin) ?? null
    expect(found, `a leader of term ${termMin} or later among: ${items.join('; ')}`).not.toBeNull()
  }).toPass()
  return found!
}

/** What the worker has told the page about the run, oldest first. */
type WatchedRun = () => Promise<readonly RunState[]>

/** Listens to what the worker tells the page about the run (the digest is in it); call it before the page is opened. */
export async function watchRun(page: Page): Promise<WatchedRun> {
  await page.addInitScript(() => {
    const watched: unknown[] = []
    Object.assign(window, { watched })
    const Channel = window.MessageChannel
    window.MessageChannel = class extends Channel {
      constructor() {
        super()
        this.port1.addEventListener('message', ({ data }) => {
          if (data?.kind === 'here' && data.slow !== null) watched.push(data.slow.run)
        })
      }
    }
  })
  return () => page.evaluate(() => (window as unknown as { watched: RunState[] }).watched)
}

/** Where a run stands, and what has led there. */
export async function standing(run: WatchedRun) {
  const now = (await run()).at(-1)
  return { digest: now?.digest, timeUs: now?.nowUs, event: now?.event, playing: now?.playing }
}

/** The experiment as text, with every act so far, as the guide shows it once it matches. */
export async function experimentText(page: Page, pattern = /^(#.*\n)?lab /): Promise<string> {
  await page.getByRole('tab', { name: 'Text' }).click()
  // What a person is writing hides the text of the run.
  await expect(page.getByRole('button', { name: 'Back to the run’s text' })).toBeDisabled()
  const field = page.getByRole('textbox', { name: /whole experiment/ })
  await expect(field).toHaveValue(pattern)
  return field.inputValue()
}

/** Closes the open dialog with Escape. */
export async function closeDialog(page: Page): Promise<void> {
  // It listens from when it has taken the focus.
  await expect(page.locator('[role="dialog"]:focus-within')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
}

/** Lets a file fall onto the page, as the browser reports it. */
export async function dropFile(page: Page, name: string, content: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ({ name, content }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content], name))
      return transfer
    },
    { name, content },
  )
  // The page takes files from a moment after it is drawn; a hand moves the file more than once, too.
  await expect(async () => {
    await page.dispatchEvent('body', 'dragover', { dataTransfer })
    await expect(page.getByText('Let go to open this experiment')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await page.dispatchEvent('body', 'drop', { dataTransfer })
}

/** Waits until the page keeps an experiment with these words in it: what a reload must find. */
export async function awaitKept(page: Page, words: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => localStorage.getItem('ballast:autosave:raft') ?? '')).toContain(words)
}

/**
 * The headless runner as a person starts it, with files written before. Exit code 1 (a rule broke, a history is
 * illegal) is an answer like 0.
 */
export async function runCli(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string }> {
  for (const [path, content] of Object.entries(files)) await writeFile(path, content)
  const command = ['--import', 'tsx', 'src/cli/main.ts', ...args]
  return promisify(execFile)(process.execPath, command, { cwd: ROOT }).catch((error) => {
    if (error.code === 1) return error
    throw error
  })
}

/** Nothing is wider than the window. */
export async function expectNoSidewaysScroll(page: Page, element = page.locator(':root')): Promise<void> {
  const wide = await element.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
  expect(wide, 'pixels that stick out').toBeLessThanOrEqual(0)
}

/** What can be pressed and is smaller than 24 pixels, unless it stands in a line of text (WCAG 2.5.8, inline). */
export function smallTargets(): string[] {
  const pressable = 'button, a[href], select, input:not([type="hidden"]), summary, [role="tab"], [role="button"]'
  return [...document.querySelectorAll(pressable)].flatMap((element) => {
    const hit = element.closest('label') ?? element
    const { width, height } = hit.getBoundingClientRect()
    const hidden = width === 0 || height === 0 || element.closest('.b-hidden, [inert], [aria-hidden="true"]') !== null
    const inline = getComputedStyle(element).display === 'inline'
    if (hidden || inline || (width >= 24 && height >= 24)) return []
    const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
    return [`${element.tagName} “${name}” ${Math.round(width)}x${Math.round(height)}`]
  })
}

/** Rules of axe whose outcome depends on colours: what another theme may break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/**
 * axe over the page as it stands, or over a part of it: nothing found. All rules including best practices in the theme that
 * the page has, and those of colours in the other themes if they are asked for; `each` looks at the page in every one.
 */
export async function expectAccessible(page: Page, part?: string, inEveryTheme = false, each = noLook) {
  const first = (await page.locator(':root').getAttribute('data-theme')) ?? ''
  const others = inEveryTheme ? THEMES.filter((theme) => theme !== first) : []
  expect(await violations(page, part, null), `what axe found in the theme ${first}`).toEqual([])
  await each()
  for (const theme of others) {
    await wear(page, theme)
    expect(await violations(page, part, COLOUR_RULES), `what axe found in the theme ${theme}`).toEqual([])
    await each()
  }
  if (others.length > 0) await wear(page, first)
}

const THEMES = ['dark', 'light', 'projector'] as const

const noLook = async () => {}

/** Puts on another theme where the page stands, as the settings do. */
async function wear(page: Page, theme: string): Promise<void> {
  await page.evaluate(
    ([to, event]) => {
      document.documentElement.dataset.theme = to
      window.dispatchEvent(new Event(event))
    },
    [theme, THEME_EVENT] as const,
  )
}

async function violations(page: Page, part: string | undefined, rules: string[] | null): Promise<readonly string[]> {
  // Its half a megabyte of source is brought to a document once. Legacy: without a second page to put results of foreign
  // frames together; there are none. Only violations are described. Each saves more time than the rules themselves take.
  const isThere = await page.evaluate(() => 'axe' in window)
  const axe = new AxeBuilder(isThere ? { page, axeSource: ';' } : { page }).setLegacyMode()
  if (part !== undefined) axe.include(part)
  axe.options({ resultTypes: ['violations'], ...(rules === null ? {} : { runOnly: rules }) })
  const found = await axe.analyze()
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}\n    ${node.failureSummary ?? ''}`),
  )
}
