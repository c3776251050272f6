import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import {
  CALM,
  closeDialog,
  dropFile,
  expect,
  expectAccessible,
  experimentText,
  linkQuery,
  openLab,
  openStopped,
  runCli,
  standing,
  stateOf,
  stopAt,
  test,
  typeLine,
  watchRun,
} from './support.ts'

const FAULTY = `${CALM}at 400ms kill n2
at 600ms client c1 put x 1
`

/** Too long for any link: values that do not compress. The generator is that of Park and Miller. */
function longText(): string {
  let seed = 1
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed.toString(36)
  }
  return `${CALM}${Array.from({ length: 700 }, (_, at) => `at ${at + 1}ms client c1 put ${noise()} ${noise()}`).join('\n')}\n`
}

const share = async (page: Page) => {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this run' })
  await expect(dialog.getByRole('heading', { name: 'Data up to now' })).toBeVisible()
  return dialog
}

/** What a button of the share dialog saves: the name of the file, and its bytes. */
async function saved(page: Page, button: string | RegExp): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const coming = page.waitForEvent('download')
  await page.getByRole('dialog').getByRole('button', { name: button }).click()
  const download = await coming
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

test.describe('a link', () => {
  // What the worker tells is listened to from the first script on.
  test.use({ fresh: true })

  test('opens the same text at the same instant of the same run', async ({ page, context, site }) => {
    const here = await watchRun(page)
    await openStopped(page, FAULTY, '1500ms')
    await typeLine(page, 'pause n3')
    await expect(stateOf(page, 'n3')).toContainText('paused')
    const text = await experimentText(page, /^at 1\.5s +pause n3$/m)
    const dialog = await share(page)
    const link = await dialog.getByLabel('Link to this run').inputValue()
    expect(link.startsWith(`${site.url}#/raft?x=`)).toBe(true)
    expect(new URLSearchParams(link.slice(link.indexOf('?'))).get('t')).toBe('1.5s')

    const other = await context.newPage()
    const there = await watchRun(other)
    await other.goto(link)
    const opened = async () => (await there()).find(({ title }) => title === 'calm')?.nowUs
    await expect.poll(opened, { message: 'the first instant that is shown' }).toBeGreaterThanOrEqual(1_500_000)
    expect(await experimentText(other, /pause n3$/m)).toBe(text)
    await stopAt(other, '1500ms')
    await expect.poll(() => standing(there)).toEqual(await standing(here))
  })

  test('is replaced by a file when it would be too long; the file dropped onto the page opens it again', async ({
    page,
  }) => {
    const long = longText()
    await openLab(page)
    await page.getByRole('tab', { name: 'Text' }).click()
    await page.getByRole('textbox', { name: /whole experiment/ }).fill(long)
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('calm')
    const text = await experimentText(page, /client c1 put/)
    const dialog = await share(page)
    await expect(dialog.getByText(/too long for a link/)).toBeVisible()
    await expect(dialog.getByLabel('Link to this run')).toBeHidden()
    const file = await saved(page, 'calm.lab')
    expect(file.name).toBe('calm.lab')
    expect(file.bytes.toString()).toBe(text)

    await page.goto('about:blank')
    await page.goto('./')
    await dropFile(page, file.name, file.bytes.toString())
    await expect(page.getByRole('heading', { level: 1, name: 'calm' })).toBeVisible()
    expect(await experimentText(page)).toBe(text)
  })

  test('that is damaged says so, and a world runs behind the message', async ({ page }) => {
    const good = linkQuery(CALM)
    const damaged: readonly (readonly [string, RegExp])[] = [
      ['raft?x=', /damaged/],
      ['raft?x=%00%ff%zz', /damaged/],
      [`raft?${good.slice(0, -20)}`, /damaged|mistake/],
      ['raft?x=1.AAECAwQFBgcICQ', /damaged|mistake/],
      [`raft?${good.replace('x=1.', 'x=9.')}`, /format 9; this page reads formats up to 1/],
      [`raft?${good}&t=soon`, /not a time/],
      [`raft?x=1.${'A'.repeat(7_000)}`, /no link has more than 6144/],
      ['raft/s/no-such-scenario', /no-such-scenario/],
      ['raft/lesson/no-such-lesson/1', /no-such-lesson/],
    ]
    await openLab(page)
    const dialog = page.getByRole('dialog')
    for (const [hash, message] of damaged) {
      await page.evaluate((to) => {
        location.hash = `#/${to}`
      }, hash)
      await expect(dialog, hash).toContainText(message)
      await closeDialog(page)
    }
    await expect(stateOf(page, 'n1')).toContainText(/term \d/)
    // As the first thing that a page opens, too.
    await page.goto('about:blank')
    await page.goto(`./#/raft?${good.slice(0, -20)}`)
    await expect(dialog).toContainText(/damaged|mistake/)
    await closeDialog(page)
    await expect(stateOf(page, 'n1')).toContainText(/term \d/)
  })

  test('to a place that does not exist leads to a page that says so', async ({ page }) => {
    await page.goto('./#/no/such/place?x=1')
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
    await page.getByRole('link', { name: 'Home' }).click()
    await expect(page.getByRole('heading', { name: /hold in your hands/ })).toBeVisible()
  })

  test('pasted on the home page opens, and so does a text', async ({ page, site }) => {
    await page.goto('./')
    const field = page.getByRole('textbox', { name: /A link to a run/ })
    await field.fill(`See ${site.url}#/raft?${linkQuery(FAULTY)}&t=1s`)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'calm' })).toBeVisible()
    await page.goto('./#/')
    await field.fill('# pasted\nlab raft\nseed 5\n')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'pasted' })).toBeVisible()
  })
})

test.describe('a text with mistakes', () => {
  // What the worker tells is listened to from the first script on.
  test.use({ fresh: true })

  const BROKEN = '# broken\nlab raft\nseed 1\nset nodes 5\nat 1s partision n1 | n2 n3 n4 n5\nat 2s kill n7\n'

  test('names line, column, expectation and the nearest word, and leaves the run untouched', async ({ page }) => {
    const run = await watchRun(page)
    await openStopped(page, FAULTY, '1s')
    const before = await standing(run)
    await dropFile(page, 'broken.lab', BROKEN)
    const dialog = page.getByRole('dialog', { name: '2 mistakes in broken.lab' })
    const first = dialog.getByRole('listitem').filter({ hasText: 'line 5, column 7' })
    await expect(first).toContainText('partision')
    await expect(first).toContainText('Expected:')
    await expect(first).toContainText('Did you mean partition?')
    await expect(dialog.getByRole('listitem').filter({ hasText: 'line 6, column 12' })).toContainText('n1 … n5')

    const seen = (await run()).length
    await expect.poll(async () => (await run()).length, { message: 'the world behind answers' }).toBeGreaterThan(seen)
    expect(await standing(run)).toEqual(before)
    await dialog.getByRole('button', { name: 'Leave it' }).click()
    await experimentText(page, /^at 400ms kill n2$/m)
  })

  test('in a link is shown the same way', async ({ page }) => {
    await openLab(page, { text: BROKEN })
    await expect(page.getByRole('dialog', { name: '2 mistakes in the link' })).toContainText('line 5, column 7')
    await closeDialog(page)
    await expect(stateOf(page, 'n1')).toContainText(/term \d/)
  })

  for (const [name, content] of [
    ['an image', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR\u0000\uffff'],
    ['nothing', ''],
  ] as const) {
    test(`a file with ${name} in it is refused`, async ({ page }) => {
      await openLab(page, { text: FAULTY })
      await expect(stateOf(page, 'n1')).toContainText(/term \d/)
      await dropFile(page, 'odd.lab', content)
      await expect(page.getByRole('dialog')).toContainText(/mistakes? in odd\.lab/)
      await page.getByRole('button', { name: 'Leave it' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('calm')
    })
  }
})

test('everything that can be saved is what other programs read', async ({ page }, testInfo) => {
  await openStopped(page, `${CALM.replace('load 0/s', 'load 20/s')}at 1s kill n2\n`, '3s')
  const dialog = await share(page)

  const png = await saved(page, 'PNG')
  expect(png.name).toBe('calm.png')
  expect(png.bytes.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n')
  const stage = await page.locator('#stage').boundingBox()
  expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual(
    [stage?.width, stage?.height].map((side) => 2 * Math.round(side ?? 0)),
  )

  const svg = (await saved(page, 'SVG')).bytes.toString()
  const drawn = await page.evaluate((source) => {
    const parsed = new DOMParser().parseFromString(source, 'image/svg+xml')
    const texts = [...parsed.querySelectorAll('text')].map((text) => text.textContent)
    return { root: parsed.documentElement.nodeName, title: parsed.querySelector('title')?.textContent, texts }
  }, svg)
  expect(drawn).toMatchObject({ root: 'svg', title: 'calm' })
  expect(drawn.texts).toEqual(expect.arrayContaining(['n1', 'n2', 'n3', 'n4', 'n5']))
  expect(svg.match(/(?:href|src|url)\s*[=(]\s*["']?https?:/g)).toBeNull()

  const csv = (await saved(page, /CSV/)).bytes.toString().trimEnd().split('\n')
  const width = csv[0]!.split(',').length
  expect(csv[0]).toMatch(/^time_us,/)
  expect(csv.length).toBeGreaterThan(10)
  expect(csv.slice(1).filter((line) => !new RegExp(`^\\d+(,[\\d.]*){${width - 1}}$`).test(line))).toEqual([])
  expect(Number(csv.at(-1)!.split(',')[0])).toBeLessThanOrEqual(3_000_000)

  const trace = (await saved(page, /Trace/)).bytes.toString().trimEnd().split('\n')
  const events = trace.map((line) => JSON.parse(line).event)
  expect(events.length).toBeGreaterThan(100)
  expect(events.filter(({ name }) => name === 'became-leader').length).toBeGreaterThan(0)
  expect(events.every(({ time }, at) => at === 0 || time >= events[at - 1].time)).toBe(true)

  // The headless runner judges the history that the page saved.
  const history = await saved(page, /history/)
  expect(JSON.parse(history.bytes.toString()).ops.length).toBeGreaterThan(20)
  const file = testInfo.outputPath(history.name)
  const { stdout } = await runCli(['check', file], { [file]: history.bytes.toString() })
  expect(stdout).toMatch(/: ok/)
  await expect(dialog).toBeVisible()
})

test.describe('a figure in another page', () => {
  test('shows the stage and its transport, keeps nothing, and leads to the whole lab', async ({ page, context }) => {
    await openStopped(page, FAULTY, '1s')
    const code = await (await share(page)).getByLabel('Code to embed').inputValue()
    const query = linkQuery(FAULTY)
    const host = await context.newPage()
    await host.setContent(`<h1>Chapter 3</h1>${code}`)
    const figure = host.frameLocator('iframe')
    await expect(figure.getByRole('heading', { name: 'calm' })).toBeVisible()
    await expect(figure.locator('#stage').getByRole('button', { name: 'n1', exact: true })).toBeVisible()
    await figure.getByRole('button', { name: 'Pause', exact: true }).click()
    await expect(figure.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
    await expect(figure.getByRole('button', { name: 'Share', exact: true })).toBeHidden()
    await expect(figure.getByRole('link', { name: 'Open in Ballast' })).toHaveAttribute('href', /#\/raft\?x=1\./)
    await expect(figure.getByRole('tab')).toHaveCount(0)

    await page.goto('about:blank')
    await page.goto(`./#/raft/embed?${query}&t=1s`)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await expectAccessible(page)
    await page.locator('#stage').getByRole('button', { name: 'n4', exact: true }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Kill' }).click()
    await expect(stateOf(page, 'n4')).toHaveText(/^down/)
    const kept = await page.evaluate(() =>
      Object.entries(localStorage).filter(([, value]) => value.includes('kill n4')),
    )
    expect(kept).toEqual([])
  })

  test('whose experiment is broken says so', async ({ page }) => {
    await page.goto(`./#/raft/embed?${linkQuery('lab raft\nseed 1\nset nodes none\n')}`)
    await expect(page.getByRole('alert')).toContainText('cannot be opened')
  })
})
