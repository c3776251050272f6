import type { Locator, Page } from '@playwright/test'
import { scenarios } from '../src/labs/flow/scenarios.ts'
import {
  actor,
  actsOn,
  awaitPlaying,
  endOf,
  expect,
  expectAccessible,
  expectInstant,
  expectNoSidewaysScroll,
  experimentText,
  openLab,
  openScenario,
  openStopped,
  smallTargets,
  standing,
  stopAt,
  terminalRows,
  test,
  typeLine,
  watchRun,
} from './support.ts'

const stage = (page: Page) => page.locator('#stage')
/** What the list says of one part: always there, for those who listen. */
const stateOf = (page: Page, name: string) =>
  page
    .getByRole('region', { name: 'Parts of the pipeline as a list' })
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('p')
const menuItem = (page: Page, name: string | RegExp) => page.getByRole('menuitem', { name })

/** Two stages in a row, both busy; items are long on their way. */
const ROW = `# row
lab flow
seed 5
set stages api db
set delay 300ms
at 0s load web poisson 30/s
at 0s service api exponential 40ms
at 0s service db exponential 25ms
at 0s queue api 30 drop-newest
`

async function centreOf(mark: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await mark.boundingBox()
  if (box === null) throw new Error('it is not on the picture')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function drag(page: Page, from: Locator, to: { readonly x: number; readonly y: number }): Promise<void> {
  const { x, y } = await centreOf(from)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 4 })
}

test('the first task by hand: the dial is pulled, the queue fills and overflows, servers empty it', async ({
  page,
}) => {
  await openLab(page, { lab: 'flow' })
  await awaitPlaying(page)
  const done = page.getByRole('region', { name: /first task/ }).getByRole('img', { name: 'done' })
  await expect(done).toHaveCount(0)
  const dial = stage(page).locator('[data-hand="rate"] .fl-hand-target')
  const { x, y } = await centreOf(dial)
  // Twice as much every 44 pixels: about eight times.
  await drag(page, dial, { x, y: y - 132 })
  await expect(stage(page).locator('.rs-draft-text')).toHaveText('110/s')
  await page.mouse.up()
  await expect(stateOf(page, 'web')).toContainText('Poisson 110/s')
  await expect(done).toHaveCount(2)
  await expect(stateOf(page, 'api')).toContainText(/dropped: [\d,]+ overflow/)

  // One more by its button, many by the number in its line.
  await actor(page, 'api').click()
  await page.getByRole('button', { name: 'One server more' }).click()
  await expect(stateOf(page, 'api')).toContainText('2 × exponential 50ms')
  await page.getByRole('button', { name: 'servers api 2' }).click()
  await page.getByRole('textbox', { name: 'servers api' }).fill('40')
  await page.keyboard.press('Enter')
  await expect(done).toHaveCount(3)
})

test('four copies: a cell each, headings say what differs, and their numbers stand side by side', async ({ page }) => {
  const fast = scenarios.find(({ id }) => id === 'fast-producer')!
  await openScenario(page, 'flow', fast)
  await typeLine(page, 'run')
  await expectInstant(page, endOf(fast.text))
  const headings = stage(page).locator('.fl-heading')
  await expect(headings).toHaveText([
    /^A\s*queue api 20 block$/,
    /^B\s*queue api 20$/,
    /^C\s*queue api 20 drop-oldest$/,
    /^D\s*queue api 20 conflate$/,
  ])
  await expect(stage(page).getByRole('button', { name: /^api\.[abcd]$/ })).toHaveCount(4)
  await page.getByRole('tab', { name: 'Compare', exact: true }).click()
  const row = (name: RegExp) =>
    page.getByRole('tabpanel', { name: 'Compare' }).getByRole('row', { name }).getByRole('cell')
  // 100 come, 50 can be served: what differs is what becomes of the other 50.
  await expect(row(/^throughput/)).toHaveText([/50/, /50/, /50/, /50/])
  await expect(row(/^dropped/)).toHaveText([/^(★ best: )?0$/, /50/, /50/, /50/])
})

test('stages are added, and connected by menu, by hand and by line; what was before stays', async ({ page }) => {
  await openStopped(page, ROW, '5s')
  const names = ['web', 'api', 'db']
  const counts = () => Promise.all(names.map((name) => stateOf(page, name).textContent()))
  const before = await counts()
  for (const name of ['stage1', 'stage2', 'stage3']) {
    await page.getByRole('button', { name: 'Add a part' }).click()
    await menuItem(page, /^Add a stage/).click()
    await expect(actor(page, name)).toBeVisible()
    await expectInstant(page, '5.000000')
  }
  expect(await counts()).toEqual(before)

  await actor(page, 'api').click({ button: 'right' })
  await menuItem(page, 'Connect to').press('ArrowRight')
  await menuItem(page, /^stage1/).click()
  await expect(stateOf(page, 'api')).toContainText('sends to stage1')
  await drag(page, stage(page).locator('[aria-label="api"] .fl-outlet'), await centreOf(actor(page, 'stage2')))
  await expect(stage(page).locator('.rs-draft-text')).toHaveText('connect api stage2')
  await page.mouse.up()
  await expect(stateOf(page, 'api')).toContainText('sends to stage2')
  await typeLine(page, 'connect api stage3')
  await expect(stateOf(page, 'api')).toContainText('sends to stage3')
  await experimentText(page, /at 5s connect api stage1\nat 5s connect api stage2\nat 5s connect api stage3/)
  await typeLine(page, 'run 3s')
  for (const name of ['stage1', 'stage2', 'stage3']) await expect(stateOf(page, name)).not.toContainText(' 0 done')
  // Where it was, it is the same run.
  await typeLine(page, 'seek 5s')
  await expectInstant(page, '5.000000')
  await expect(stateOf(page, 'web')).toHaveText(before[0] ?? '')
})

test('what cannot be is refused with its reason', async ({ page }) => {
  await openStopped(
    page,
    `${ROW.replace('api db', 'api db out')}at 0s queue api 0 block\nat 0s queue db 0 block\n`,
    '1s',
  )
  const lines = [
    ['load web users 1000000000 think 1s', /1,?000,?000,?000.*expected .*1 to/],
    ['demand api request 0', /expected/],
    ['connect db api', /the loop .*has no queue, expected a capacity above 0/],
    ['connect out api', /the loop .*has no way out/],
  ] as const
  for (const [line, reason] of lines) {
    await typeLine(page, line)
    await expect(terminalRows(page)).toContainText(reason)
    await typeLine(page, 'clear')
  }
  await experimentText(page, /^(?![\s\S]*at 1s)/)
})

test.describe('what leads to the same run', () => {
  test.use({ fresh: true })

  test('a link with its instant', async ({ page, context, site }) => {
    const here = await watchRun(page)
    await openStopped(page, ROW, '2500ms')
    await typeLine(page, 'servers api 3')
    await expect(stateOf(page, 'api')).toContainText('3 × exponential')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const link = await page.getByRole('dialog').getByLabel('Link to this run').inputValue()
    expect(link.startsWith(`${site.url}#/flow?x=`)).toBe(true)
    expect(link).toMatch(/&t=2\.5s$/)
    const other = await context.newPage()
    const there = await watchRun(other)
    await other.goto(link)
    await expect
      .poll(async () => (await there()).find(({ title }) => title === 'row')?.nowUs)
      .toBeGreaterThanOrEqual(2_500_000)
    await stopAt(other, '2500ms')
    await expect.poll(() => standing(there)).toEqual(await standing(here))
  })
})

test('by keyboard alone a stage is killed from its menu, and restarted', async ({ page }) => {
  await openStopped(page, ROW, '2s')
  await actor(page, 'web').focus()
  await page.keyboard.press('ArrowRight')
  await expect(actor(page, 'api')).toBeFocused()
  for (const [item, state] of [
    ['Kill', /down/],
    ['Restart', /^(?!.*down)/],
  ] as const) {
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menu', { name: 'Acts on api' })).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(menuItem(page, new RegExp(`^${item}`))).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(stateOf(page, 'api')).toHaveText(state)
    await expect(actor(page, 'api')).toBeFocused()
  }
  await expect(actsOn(page, 'api').getByRole('button', { name: 'Kill' })).toBeVisible()
})

test('axe finds nothing, targets are large enough, and a telephone shows it all', async ({ page }) => {
  test.slow()
  const inspector = page.getByRole('tablist', { name: 'Inspector' }).getByRole('tab')
  const looks = async () => {
    expect(await page.evaluate(smallTargets), 'targets below 24 pixels').toEqual([])
    await expectNoSidewaysScroll(page)
  }
  await openStopped(page, ROW, '5s')
  await actor(page, 'api').click()
  await expect(actsOn(page, 'api')).toBeVisible()
  await expectAccessible(page, undefined, true, looks)
  const ofLab = (await inspector.allInnerTexts()).slice(0, -5)
  for (const name of ofLab) {
    await page.getByRole('tab', { name, exact: true }).click()
    await expectAccessible(page, '[role="tabpanel"]', true, looks)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page, '#stage', true, looks)
  await page.getByRole('tab', { name: 'Inspector', exact: true }).click()
  for (const name of ofLab) {
    await page.getByRole('tab', { name, exact: true }).click()
    await looks()
  }
})

test('with reduced motion nothing flies; how many are on their way is a number', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // What the picture writes on its canvas, and where it stamps items.
  await page.addInitScript(() => {
    const seen = { stamps: [] as number[], counters: [] as string[] }
    Object.assign(window, { seen })
    const { drawImage, fillText } = CanvasRenderingContext2D.prototype
    const inPicture = (on: CanvasRenderingContext2D) => (on.canvas as HTMLCanvasElement).closest?.('#stage') !== null
    Object.assign(CanvasRenderingContext2D.prototype, {
      drawImage(this: CanvasRenderingContext2D, ...args: number[]) {
        // With nine arguments the place is behind the part of the image.
        if (inPicture(this)) seen.stamps.push((args.length === 9 ? args[5] : args[1])!)
        Reflect.apply(drawImage, this, args)
      },
      fillText(this: CanvasRenderingContext2D, ...args: Parameters<typeof fillText>) {
        if (inPicture(this) && args[0].startsWith('×')) seen.counters.push(args[0])
        fillText.apply(this, args)
      },
    })
  })
  await openLab(page, { text: ROW, at: '2s' })
  await awaitPlaying(page)
  type Seen = { readonly stamps: readonly number[]; readonly counters: readonly string[] }
  const seen = () => page.evaluate(() => (window as unknown as { seen: Seen }).seen)
  await expect.poll(async () => new Set((await seen()).counters).size).toBeGreaterThan(3)
  // Items stand in the parts; between them lies a pipe.
  const [web, api] = await Promise.all(['web', 'api'].map((name) => actor(page, name).locator('.fl-target')))
  const edge = async (mark: typeof web, share: 0 | 1) =>
    Number(await mark?.getAttribute('x')) + share * Number(await mark?.getAttribute('width'))
  const [from, to] = [await edge(web, 1), await edge(api, 0)]
  expect(to - from).toBeGreaterThan(50)
  const { stamps } = await seen()
  expect(stamps.length).toBeGreaterThan(0)
  expect(stamps.filter((x) => x > from && x < to - 30)).toEqual([])
})
