import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { startStaticServer } from '../tools/static-server.mjs'

export { expect }

/** The built site. */
export const DIST = fileURLToPath(new URL('../dist', import.meta.url))

/** Where the tests host the site: no test may depend on the root of a host. */
export const SUB_PATH = '/some/sub/path/'

/** What a page may not do unnoticed: errors on its console, and exceptions that nobody caught. */
class Problems {
  readonly #found: string[] = []
  readonly #expected: RegExp[] = []

  constructor(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.#found.push(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => this.#found.push(`uncaught: ${error.stack ?? error.message}`))
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
  /** Watches `page`; what it found unexpectedly fails the test at its end. */
  readonly problems: Problems
}

interface PerWorker {
  /** The built site on a plain static file server under {@link SUB_PATH}; `baseURL` is its address. */
  readonly site: { readonly url: string }
}

export const test = base.extend<PerTest, PerWorker>({
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
  problems: [
    async ({ page }, use) => {
      const problems = new Problems(page)
      await use(problems)
      expect(problems.unexpected(), 'errors of the page').toEqual([])
    },
    { auto: true },
  ],
})

/** The version of the link format that the tests write by hand. */
const LINK_VERSION = 1

/** What a link carries of an experiment, written without the site's own codec: deflate-raw, then base64url. */
function packText(text: string): string {
  return `${LINK_VERSION}.${deflateRawSync(text, { level: 9 }).toString('base64url')}`
}

/** Opens a lab as a link does, in a fresh document, optionally with an experiment and an instant (`3.2s`). */
export async function openLab(
  page: Page,
  { text, lab = 'raft', at }: { text?: string; lab?: string; at?: string } = {},
) {
  const query = new URLSearchParams()
  if (text !== undefined) query.set('x', packText(text))
  if (at !== undefined) query.set('t', at)
  // From one hash to another the browser would keep the document.
  await page.goto('about:blank')
  await page.goto(`./#/${lab}${query.size === 0 ? '' : `?${query}`}`)
  await expect(page.getByRole('main')).toBeVisible()
}

/** axe, all rules including best practices, over the page as it stands: nothing found. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}\n    ${node.failureSummary ?? ''}`),
  )
  expect(found, 'what axe found').toEqual([])
}
