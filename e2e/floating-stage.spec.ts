import type { Page } from '@playwright/test'
import { expect, expectAccessible, experimentText, openStopped, test, typeLine } from './support.ts'

const SEA = `lab floating
seed 7
at 0s sea hs 4m tp 11s
`

const stage = (page: Page) => page.locator('#stage')
const hand = (page: Page, name: string) => stage(page).getByRole('slider', { name, exact: true })
const alert = (page: Page) => stage(page).getByRole('alert')

test.use({ fresh: true })

test.beforeEach(async ({ page }) => {
  // A browser that cannot draw in space: what there is for everybody.
  await page.addInitScript(() => {
    const get = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, ...args: unknown[]) => unknown
    Object.assign(HTMLCanvasElement.prototype, {
      getContext(this: HTMLCanvasElement, ...args: unknown[]) {
        return String(args[0]).startsWith('webgl') ? null : get.apply(this, args)
      },
    })
  })
  await openStopped(page, SEA)
})

test('without WebGL the side view has everything: hands for the mouse and for keys, lines and tanks to press', async ({
  page,
}) => {
  await expect(stage(page).getByText('no WebGL')).toBeVisible()
  await expect(stage(page).getByRole('button', { name: 'In space' })).toBeDisabled()

  // Pulled by the mouse: the design before the change stays as a ghost, and letting go is an act.
  const diameter = hand(page, 'diameter of column')
  const ghost = stage(page).locator('[data-part="ghost"] polygon')
  await expect(ghost).toHaveCount(0)
  const box = (await diameter.locator('svg').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x - 12, y, { steps: 4 })
  await expect(ghost).not.toHaveCount(0)
  expect(Number(await diameter.getAttribute('aria-valuenow'))).toBeGreaterThan(12.5)
  await page.mouse.up()
  const text = await experimentText(page, /at 1s set column\.diameter 1[3-9](\.\d)?m/)
  expect(text.match(/set column\.diameter/g)).toHaveLength(1)

  // By keys: two presses, two acts, and the first draft is not lost on the way.
  const draft = hand(page, 'draft of column')
  await draft.press('ArrowUp')
  await draft.press('ArrowUp')
  await expect(draft).toHaveAttribute('aria-valuetext', '21.0 m')
  await experimentText(page, /set column\.draft 21m/)

  // A tank by a click into the hull, a line by its label.
  const column = (await stage(page).locator('polygon[data-member="column 180"]').boundingBox())!
  await page.mouse.click(column.x + column.width / 2, column.y + column.height * 0.55)
  await page.getByRole('menuitem', { name: 'Flood to 25%' }).click()
  await expect(stage(page).locator('.fs-flooded')).toHaveCount(1)
  await stage(page).getByRole('button', { name: 'line 1', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Cut the line' }).click()
  await expect(stage(page).getByRole('button', { name: 'line 1, cut' })).toContainText('cut')
  await experimentText(page, /flood tank 3 25%[\s\S]*cut line 1/)
})

test('a design that cannot float says which number decides; the stage is accessible in every theme', async ({
  page,
}) => {
  await typeLine(page, 'set column.diameter 4m')
  await expect(alert(page)).toContainText(/capsizes.* -\d+/)
  await expect(stage(page).locator('.fs-middle')).toHaveAttribute('data-stale', 'true')
  await stage(page).getByRole('button', { name: 'The platform as a list' }).click()
  const list = page.getByRole('region', { name: 'The platform as a list' })
  await expect(list.getByText(/^Tank 3, column at 180 deg/)).toBeVisible()
  await expectAccessible(page, '#stage', true)

  // Back to a design that floats, from above, with the sea's own sheet open.
  await page.keyboard.press('Control+z')
  await expect(alert(page)).toBeHidden()
  await stage(page).getByRole('button', { name: 'The platform as a list' }).click()
  await stage(page).getByRole('button', { name: 'From above' }).click()
  await hand(page, 'distance of the anchors from the axis').press('ArrowUp')
  await experimentText(page, /set anchors\.radius 842m/)
  await stage(page)
    .getByRole('button', { name: /^Sea: 4 m/ })
    .click()
  await page.getByRole('slider', { name: 'Significant height' }).press('ArrowRight')
  await expect(page.getByText('sea hs 4.5m tp 11s heading 0deg')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
})
