import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, experimentText, openStopped, test } from './support.ts'

const PIPELINE = `lab flow
seed 7
set stages api db
set delay 300ms
at 0s load web poisson 40/s
at 0s service api exponential 50ms
at 0s queue api 8 drop-oldest
at 0s service db exponential 20ms
`

const stage = (page: Page) => page.locator('#stage')
const part = (page: Page, name: string) => stage(page).getByRole('button', { name, exact: true })
const hand = (page: Page, name: string, which: string) => part(page, name).locator(`[data-hand="${which}"]`)

async function middleOf(what: Locator): Promise<readonly [number, number]> {
  const box = (await what.boundingBox())!
  return [box.x + box.width / 2, box.y + box.height / 2]
}

async function pull(page: Page, what: Locator, to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...(await middleOf(what)))
  await page.mouse.down()
  await page.mouse.move(...to, { steps: 6 })
  await page.mouse.up()
}

async function pullUp(page: Page, what: Locator, pixels: number): Promise<void> {
  const [x, y] = await middleOf(what)
  await pull(page, what, [x, y - pixels])
}

test.beforeEach(async ({ page }) => openStopped(page, PIPELINE, '5s'))

test('hands on rim, clock and dial: one act each when let go, and the rest of the line stays', async ({ page }) => {
  await pullUp(page, hand(page, 'web', 'rate'), 44)
  await experimentText(page, /at 5s load web poisson 80\/s/)
  await pullUp(page, hand(page, 'api', 'capacity'), 30)
  const text = await experimentText(page, /at 5s queue api \d\d+ drop-oldest/)
  expect(text.match(/^at 5s queue/gm)).toHaveLength(1)
  await pullUp(page, hand(page, 'db', 'service'), -44)
  await experimentText(page, /at 5s service db exponential 10ms/)
})

test('a hand that is pulled and brought to an end by Escape does nothing', async ({ page }) => {
  const [x, y] = await middleOf(hand(page, 'web', 'rate'))
  await part(page, 'web').focus()
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, y - 60, { steps: 6 })
  await expect(stage(page).locator('.fl-draft')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await expect(stage(page).locator('.fl-draft')).toHaveCount(0)
  expect(await experimentText(page)).not.toContain('at 5s load')
})

test('by keys: from part to part, a menu of all acts, and a field for a number', async ({ page }) => {
  await part(page, 'web').focus()
  await page.keyboard.press('ArrowRight')
  await expect(part(page, 'api')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Set', exact: true }).click()
  await page.getByRole('menuitem', { name: /^queue…/ }).click()
  await page.keyboard.type('33')
  await page.keyboard.press('Enter')
  await experimentText(page, /at 5s queue api 33 drop-oldest/)
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('a new stage changes nothing of what was, and is piped by hand; what no act names goes again', async ({
  page,
}) => {
  const departed = await part(page, 'db').textContent()
  await stage(page).getByRole('button', { name: 'Add a part' }).click()
  await page.getByRole('menuitem', { name: /^Add a stage/ }).click()
  await expect(part(page, 'stage1')).toBeVisible()
  await expect(part(page, 'db')).toHaveText(departed!)
  const header = await experimentText(page, /set stages api db stage1/)
  expect(header).toContain('set pipes web>api api>db')

  await part(page, 'stage1').click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Remove/ }).click()
  await expect(part(page, 'stage1')).toHaveCount(0)

  await part(page, 'api').click({ button: 'right' })
  await page.getByRole('menuitem', { name: /^Remove/ }).click()
  await expect(page.getByText('api cannot be removed: an act names it')).toBeVisible()

  // From the outlet of one part to another.
  await part(page, 'web').hover()
  await pull(page, hand(page, 'web', 'connect'), await middleOf(part(page, 'db').locator('.fl-target')))
  await experimentText(page, /at 5s connect web db/)
})

test('the picture is accessible in every theme, also as a list', async ({ page }) => {
  await stage(page).getByRole('button', { name: 'Parts as a list' }).click()
  const list = page.getByRole('region', { name: 'Parts of the pipeline as a list' })
  await expect(list.getByText(/^stage, 1 × exponential 50ms/)).toBeVisible()
  await expectAccessible(page, '#stage', true)
})
