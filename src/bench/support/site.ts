import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test'
import { findChromium } from '../../../tools/chromium.mjs'
import { startStaticServer } from '../../../tools/static-server.mjs'
import { build } from './bundle.ts'

/** The site as built, in a browser, on a plain file server of this machine. */
export interface Site {
  readonly url: string
  /** Where its files are. */
  readonly folder: string
  readonly browser: Browser
  /** A first visit: nothing is cached, nothing remembered. */
  visit<T>(work: (page: Page) => Promise<T>): Promise<T>
}

/** What a visitor has; without a service worker, which would only fetch everything once more. */
const VISITOR: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' }

/** A measurement is no test: a slow machine gets its figures, too. */
const PATIENCE_MS = 180_000

/** Builds the site, opens a browser, does the work and closes both. */
export async function withSite<T>(work: (site: Site) => Promise<T>): Promise<T> {
  const executablePath = await findChromium()
  if (executablePath === null) throw new Error('no Chromium: see `npm test -- chromium`, or set CHROMIUM_PATH')
  const folder = build('bench-site')
  const server = await startStaticServer({ folder })
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
  const browser = await chromium.launch({ executablePath, args })
  const visit = async <R>(look: (page: Page) => Promise<R>): Promise<R> => {
    const context = await browser.newContext(VISITOR)
    try {
      context.setDefaultTimeout(PATIENCE_MS)
      return await look(await context.newPage())
    } finally {
      await context.close()
    }
  }
  try {
    return await work({ url: server.url, folder, browser, visit })
  } finally {
    await browser.close()
    await server.close()
  }
}

/** Waits for the first frame in which the preview of a lab stands on the home page. */
export async function homeStands(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.preview .rs-body') !== null, undefined, { polling: 'raf' })
}

/** Waits for the first frame of a lab in which time has moved; milliseconds since the visit began. */
export async function labMoves(page: Page): Promise<number> {
  const moved = await page.waitForFunction(
    () => {
      const nowS = Number.parseFloat(document.querySelector('.i-readout')?.textContent ?? '0')
      return nowS > 0 && document.querySelector('.rs-stage') !== null ? performance.now() : false
    },
    undefined,
    { polling: 'raf' },
  )
  return (await moved.jsonValue()) as number
}
