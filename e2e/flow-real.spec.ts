import type { Page } from '@playwright/test'
import { expect, expectAccessible, openLab, test } from './support.ts'

/** Opens the lab on its tab of real workers. */
async function open(page: Page) {
  await openLab(page, { lab: 'flow' })
  await page.getByRole('tab', { name: 'Real', exact: true }).click()
  const panel = page.locator('.rm-panel')
  await expect(panel).toContainText('No worker runs yet')
  const choose = (field: string, value: string) => panel.getByRole('combobox', { name: field }).selectOption(value)
  const start = () => panel.getByRole('button', { name: 'Start the workers' }).click()
  return { panel, choose, start, pipe: panel.locator('.rm-pipe').first(), sentence: panel.locator('.rm-sentence') }
}

/** The workers of the page that belong to real mode. */
const workers = (page: Page) =>
  page.workers().filter((worker) => /(producer|stage|consumer)[.-]worker/.test(worker.url())).length

test('a transferred ReadableStream keeps the producer highWaterMark + 1 ahead; a flood keeps it nowhere', async ({
  page,
}) => {
  const { panel, choose, start, pipe, sentence } = await open(page)
  await panel.getByRole('spinbutton', { name: 'Your guess, items' }).fill('7')
  await start()
  await expect(panel.locator('.b-plot-legend')).toContainText('your guess')
  for (const [mark, ahead] of [
    ['0', 1],
    ['1', 2],
    ['4', 5],
    ['16', 17],
  ] as const) {
    await choose('highWaterMark', mark)
    await expect(pipe).toContainText(`${ahead} ahead of at most ${ahead}`)
    await expect(panel.locator('.b-plot-legend')).toContainText(`highWaterMark + 1 = ${ahead}`)
  }
  await expect(panel.locator('.rm-part').first()).toContainText('held back')

  await choose('Joined by', 'flood')
  await expect(sentence).toContainText(/wait in front of the event loop of stage 1, .* has not answered for \d/)
  await expect(panel.locator('.rm-part').nth(1)).toContainText('does not answer')
  await choose('Spent', 'wait')
  await expect(sentence).toContainText(/\d\d items wait in the memory of stage 1/)

  await choose('Joined by', 'rxjs')
  await expect(sentence).toContainText(/\d\d items are inside concatMap/)
  await choose('Operator', 'exhaustMap')
  await expect(sentence).toContainText(/gives up what comes meanwhile: \d\d+ items/)
})

test('limits stop the producer and say so; a killed worker is missed by nobody but the person', async ({ page }) => {
  const { panel, choose, start, pipe, sentence } = await open(page)
  await choose('Joined by', 'credits')
  await choose('Credits', '4')
  await start()
  await expect(pipe).toContainText('4 ahead of at most 4')
  await panel.getByRole('button', { name: /^Kill the stage 1/ }).click()
  await expect(sentence).toContainText('the producer waits for ever for a credit')
  await expect(panel.locator('.rm-part').nth(1)).toContainText('ended')
  await expect(panel.locator('.rm-part').first()).toContainText('held back')
  expect(workers(page)).toBe(2)

  await choose('Joined by', 'flood')
  await choose('Producer makes', '0')
  await expect(sentence).toContainText('The limit of items ahead is reached: 20,000')
  await choose('Payload', String(64 * 1024))
  await expect(sentence).toContainText('The limit of memory is reached: 128 MiB')
  await expect(panel.locator('.rm-part').first()).toContainText('stopped by a limit')

  await choose('Joined by', 'writable')
  await choose('highWaterMark', '0')
  await expect(panel.getByRole('alert')).toContainText('never ready')
  await expect.poll(() => workers(page)).toBe(0)
  await choose('highWaterMark', '4')
  await panel.getByRole('button', { name: 'Start the workers' }).click()
  await expect.poll(() => workers(page)).toBe(3)
  await panel.getByRole('button', { name: 'Hold the producer' }).click()
  await expect(sentence).toContainText('The producer is held')
  // Who leaves the tab ends the workers.
  await page.getByRole('tab', { name: 'Curves', exact: true }).click()
  await expect.poll(() => workers(page)).toBe(0)
})

test('real mode fits a telephone, and axe finds nothing in it in any theme', async ({ page }) => {
  const { panel, start, pipe } = await open(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('tab', { name: 'Inspector' }).click()
  await page.getByRole('tab', { name: 'Real', exact: true }).click()
  await start()
  await expect(pipe).toContainText('2 ahead of at most 2')
  await panel.getByRole('button', { name: /^Kill the consumer/ }).press('Enter')
  await expect(panel.locator('.rm-part').nth(2)).toContainText('ended')
  await panel.getByRole('button', { name: 'End all' }).click()
  const fits = async () => expect(await panel.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0)
  await fits()
  await expectAccessible(page, '.rm-panel', true, fits)
})
