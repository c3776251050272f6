import { awaitPlaying, expect, experimentText, openLab, stopAt, test } from './support.ts'

// A browser that draws in space without a graphics card.
test.use({
  launchOptions: async ({ launchOptions }, use) => {
    const args = (launchOptions.args ?? []).filter((arg) => arg !== '--disable-gpu')
    await use({ ...launchOptions, args: [...args, '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  },
  // Every pixel is drawn by the processor.
  viewport: { width: 1000, height: 700 },
})

const SEA = 'lab floating\nseed 7\nat 0s sea hs 6m tp 12s\n'
/** A picture of one colour takes less than this, bytes of PNG. */
const PLAIN = 6_000

test('in space: the sea moves, and the hull can be pressed', async ({ page }) => {
  await openLab(page, { text: SEA })
  await awaitPlaying(page)
  const stage = page.locator('#stage')
  const canvas = stage.locator('canvas')
  await expect(canvas).toBeVisible()
  // What stands on top of the picture moves, too.
  await page.addStyleTag({ content: '.fs-weather, .fs-overlay, .fs-compass { visibility: hidden }' })
  const picture = () => canvas.screenshot()
  await expect.poll(async () => (await picture()).length).toBeGreaterThan(PLAIN)
  const first = await picture()
  await expect.poll(async () => (await picture()).equals(first)).toBe(false)

  await stopAt(page, '10s')
  await stage.getByRole('button', { name: 'Frame the hull' }).click()
  await page.addStyleTag({ content: '.fs-overlay { visibility: visible !important }' })
  // Under the hand on the ballast is the column with its ballast.
  const ballast = stage.getByRole('slider', { name: /^height of the ballast of column/ }).locator('svg')
  await expect(ballast).toBeVisible()
  await expect(async () => {
    const box = (await ballast.boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + box.height + 6)
    await expect(page.getByRole('menuitem', { name: 'Flood to 25%' })).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await page.getByRole('menuitem', { name: 'Flood to 25%' }).click()
  await experimentText(page, /flood tank 3 25%/)
})
