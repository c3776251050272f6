import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DIST, expect, test } from './support.ts'

// A browser that has nothing of the site yet asks for everything.
test.use({ fresh: true })

test('the site asks only its own folder: nothing from the root of the host, nothing from elsewhere', async ({
  page,
  site,
}) => {
  const requested: string[] = []
  page.on('request', (request) => requested.push(request.url()))
  await page.goto('./')
  await expect(page.getByRole('main')).toBeVisible()
  expect(requested.length).toBeGreaterThan(1)
  expect(requested.filter((url) => !url.startsWith(site.url) && !url.startsWith('data:'))).toEqual([])
})

test('the file server serves the site and nothing outside its folder', async ({ request, site }) => {
  const inside = await request.get(`${site.url}icon.svg`)
  expect(inside.status()).toBe(200)
  const outside = await request.get(`${site.url}%2e%2e%2fpackage.json`)
  expect(outside.status()).toBe(404)
})

test('the manifest starts and scopes the installed site where it is hosted, with icons that exist', async ({
  request,
  site,
}) => {
  const manifestUrl = `${site.url}manifest.webmanifest`
  const manifest = await (await request.get(manifestUrl)).json()
  expect(new URL(manifest.start_url, manifestUrl).href).toBe(site.url)
  expect(new URL(manifest.scope, manifestUrl).href).toBe(site.url)
  for (const icon of manifest.icons) {
    const answer = await request.get(new URL(icon.src, manifestUrl).href)
    expect([icon.src, answer.status()]).toEqual([icon.src, 200])
  }
})

test('every font is a Latin subset: the site carries no other script', () => {
  const fonts = readdirSync(join(DIST, 'assets')).filter((file) => file.endsWith('.woff2'))
  expect(fonts.filter((file) => !/-latin-(?!ext)/.test(file))).toEqual([])
})
