import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { homeStands, labMoves, withSite } from './support/site.ts'
import { rounded } from './support/statistics.ts'

const KB = 1_000

/**
 * Script that a first visit fetches, gzip, as the browser asks for it: what is really needed until the home page stands
 * with its living preview, and until the first lab moves. The engine's worker is told apart: it does not block the page.
 */
export function size() {
  return withSite(async ({ url, folder, visit }) => {
    const shell = await visit((page) => scriptsOf(page, () => page.goto(url), mainStands))
    const home = await visit((page) => scriptsOf(page, () => page.goto(url), homeStands))
    const lab = await visit((page) => scriptsOf(page, () => page.goto(`${url}#/raft`), labMoves))
    const gzipKB = (path: string) => gzipSync(readFileSync(folder + path), { level: 9 }).length / KB
    const sum = (paths: readonly string[]) => rounded(paths.reduce((total, path) => total + gzipKB(path), 0))
    const more = lab.filter((path) => !shell.includes(path))
    return {
      homeGzipKB: sum(shell.filter(isOfPage)),
      homeWithPreviewGzipKB: sum(home.filter(isOfPage)),
      labGzipKB: sum(more.filter(isOfPage)),
      workerGzipKB: sum(lab.filter((path) => !isOfPage(path))),
      files: Object.fromEntries(lab.map((path) => [basename(path), rounded(gzipKB(path))])),
    }
  })
}

const mainStands = (page: Page) => page.getByRole('main').waitFor()
const isOfPage = (path: string) => !/engine-worker/.test(path)

/** Paths of the scripts that were fetched until `stands`. */
async function scriptsOf(page: Page, go: () => Promise<unknown>, stands: (page: Page) => Promise<unknown>) {
  const paths = new Set<string>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (pathname.endsWith('.js')) paths.add(pathname)
  })
  await go()
  await stands(page)
  return [...paths]
}
