import { startStaticServer } from '../tools/static-server.mjs'
import { DIST, expect, SUB_PATH, test } from './support.ts'

test.use({ serviceWorkers: 'allow' })

test('after the first visit the site opens without network and without its server', async ({ page, context }) => {
  const server = await startStaticServer({ folder: DIST, prefix: SUB_PATH })
  await page.goto(server.url)
  await expect(page.getByRole('main')).toBeVisible()
  // `ready` resolves with the active worker: its installation, which fetches every file, is complete.
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
  expect(scope).toBe(server.url)

  await server.close()
  await context.setOffline(true)
  await page.reload()
  await expect(page.getByRole('main')).toBeVisible()

  const files = await page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map((request) => new URL(request.url).pathname)
  })
  const below = (file: string) => file.slice(SUB_PATH.length)
  expect(files.every((file) => file.startsWith(SUB_PATH))).toBe(true)
  expect(files.map(below)).toEqual(expect.arrayContaining(['index.html', 'manifest.webmanifest', 'icon.svg']))
})
