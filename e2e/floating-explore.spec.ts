import type { Page } from '@playwright/test'
import { awaitPlaying, expect, expectAccessible, experimentText, openLab, test, typeLine } from './support.ts'

// A spar has few dimensions and is solved quickly.
const SPAR = `lab floating
seed 7
set design oc3
at 0s sea hs 6m tp 12s
at 0s wind 10m/s
`

/** Opens the lab, stops it, and shows a tab of the inspector. */
async function open(page: Page, tab: string): Promise<void> {
  await openLab(page, { text: SPAR })
  await awaitPlaying(page)
  await typeLine(page, 'stop')
  await page.getByRole('tab', { name: tab, exact: true }).click()
}

/** On a telephone nothing of the tab is wider than the screen, and axe finds nothing in any theme. */
async function expectFits(page: Page, tab: string): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('tab', { name: 'Inspector' }).click()
  await page.getByRole('tab', { name: tab, exact: true }).click()
  const panel = page.locator('.f-panel')
  await expect(panel).toBeVisible()
  expect(await panel.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  await expectAccessible(page, '.f-panel', true)
}

test('what matters is found by solving, and hundreds of designs are compared', async ({ page }) => {
  await open(page, 'Explore')
  const tornado = page.getByRole('region', { name: 'Sensitivities' })
  await expect(tornado.getByRole('status')).toContainText(/^All \d+ dimensions.* now pitch period is \d/)
  const bars = tornado.locator('.f-bar')
  await expect(bars.first()).toContainText(/[+−][\d.]+ s$/)
  await tornado.getByRole('combobox').selectOption({ label: 'mass, t' })
  await expect(bars.first()).toContainText(/[+−][\d.]+ t$/)
  await bars.first().click()
  await expect(tornado.getByRole('slider')).toBeVisible()

  const sweep = page.getByRole('region', { name: 'Sweep' })
  await sweep.getByRole('combobox', { name: /^Change/ }).selectOption('lines.length')
  const designs = sweep.getByRole('spinbutton', { name: 'Designs', exact: true })
  await designs.fill('10000')
  await sweep.getByRole('button', { name: 'Sweep' }).click()
  await sweep.getByRole('button', { name: 'Cancel' }).click()
  await expect(sweep.getByRole('status').first()).toHaveText(/^Cancelled: \d+ of 10000 designs/)

  await sweep.getByRole('spinbutton', { name: 'lines.length from' }).fill('880')
  await sweep.getByRole('spinbutton', { name: 'lines.length to' }).fill('910')
  await sweep.getByRole('combobox', { name: 'Order' }).selectOption('grid')
  await designs.fill('60')
  await sweep.getByRole('button', { name: 'Sweep' }).click()
  await expect(sweep.getByRole('status').first()).toHaveText(/^Done: 60 of 60 designs/)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    sweep.getByRole('button', { name: 'CSV of all designs' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('sweep of lines.length.csv')
  // Along the changed dimension the first key takes the first design: the shortest line that holds.
  await sweep.getByRole('combobox', { name: 'Across' }).selectOption('lines.length')
  await sweep.getByRole('img').focus()
  await page.keyboard.press('ArrowRight')
  const length = sweep.getByRole('row', { name: /^lines\.length/ }).getByRole('cell')
  const [value] = (await length.textContent())!.split(' ')
  await sweep.getByRole('button', { name: 'Open this design' }).click()
  await experimentText(page, new RegExp(`set lines\\.length ${value!.slice(0, 4)}[\\d.]*m`))
  await expectFits(page, 'Explore')
})

test('the model is compared with RAFT in the page, and RAFT’s defects can be switched on', async ({ page }) => {
  await open(page, 'Design')
  const moment = page.getByRole('tabpanel').getByRole('row', { name: /^tower base moment/ })
  const corrected = await moment.textContent()
  await page.getByRole('tab', { name: 'Model', exact: true }).click()
  const model = page.getByRole('tabpanel', { name: 'Model' })
  await model.getByRole('button', { name: 'As RAFT' }).click()
  await expect(model).toContainText('with all its known defects')
  const tower = model.getByRole('switch', { name: 'Moment at the tower’s base: corrected' })
  await expect(tower).not.toBeChecked()
  await page.getByRole('tab', { name: 'Design', exact: true }).click()
  await expect(moment).not.toHaveText(corrected!)
  await page.getByRole('tab', { name: 'Model', exact: true }).click()
  await tower.click()
  await expect(tower).toBeChecked()
  await expect(model).toContainText('22 of 23 known defects as RAFT has them')

  await model.getByRole('button', { name: /^Compare with RAFT/ }).click()
  const verdict = model.getByRole('region', { name: 'Compare with RAFT' })
  await expect(verdict.getByRole('status')).toHaveText(/^All \d{3} passed\.$/)
  await verdict.getByText('OC3 spar').click()
  await expect(verdict.getByRole('row', { name: /^natural frequencies/ })).toContainText('passed')
  await expectFits(page, 'Model')
})
