import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { startStaticServer } from '../tools/static-server.mjs'
import { DIST, expect, SUB_PATH, test } from './support.ts'

test.use({ fresh: true, serviceWorkers: 'allow' })

/** Every file of the site but the service worker's own, which the browser keeps by itself. */
function siteFiles(): string[] {
  const entries = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => relative(DIST, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  return paths.filter((path) => !/^(sw|workbox-.*)\.js$/.test(path)).sort()
}

test('after the first visit the site opens without network and without its server', async ({ page }) => {
  const server = await startStaticServer({ folder: DIST, prefix: SUB_PATH })
  await page.goto(server.url)
  await expect(page.getByRole('main')).toBeVisible()
  // `ready` resolves with the active worker: its installation, which fetches every file, is complete.
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
  expect(scope).toBe(server.url)

  await server.close()
  await page.context().setOffline(true)
  await page.reload()
  await expect(page.getByRole('main')).toBeVisible()

  const files = await page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map((request) => new URL(request.url).pathname)
  })
  expect(files.filter((file) => !file.startsWith(SUB_PATH))).toEqual([])
  const kept = files.map((file) => file.slice(SUB_PATH.length)).sort()
  expect(kept).toEqual(siteFiles())
})
