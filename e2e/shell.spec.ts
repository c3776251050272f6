import type { Page } from '@playwright/test'
import {
  awaitKept,
  CALM,
  dropFile,
  expect,
  expectAccessible,
  openLab,
  openStopped,
  stateOf,
  test,
  typeLine,
} from './support.ts'

const BROKEN = '# broken\nlab raft\nat 1s kil n1\nat 2s kill n9\n'

const title = (page: Page) => page.getByRole('banner').getByRole('heading', { level: 1 })
const sheet = (page: Page) => page.getByRole('dialog')
const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true })
const text = (page: Page) => page.getByRole('textbox', { name: 'The whole experiment as text' })

async function openHome(page: Page): Promise<void> {
  await page.goto('./#/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

test('home is alive', async ({ page }) => {
  await openHome(page)
  await expect(page.locator('.preview').first().locator('canvas')).toHaveCount(3)
  await expect(page.getByRole('link', { name: /The commit rule/ })).toBeVisible()
})

test('without a choice, the theme is the one that the device prefers', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await openHome(page)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await page.getByLabel('Theme').selectOption('dark')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('the first task ticks when the facts show it, and not before', async ({ page }) => {
  await openStopped(page, '# Five nodes, one log\nlab raft\nseed 7\nat 0s campaign n1\n')
  const ticks = () =>
    page.locator('.task .goal').evaluateAll((goals) => goals.map((goal) => goal.getAttribute('data-done')))
  await typeLine(page, 'kill n2')
  await expect(tab(page, 'Lesson')).toBeVisible()
  await expect.poll(ticks).toEqual(['false', 'false', 'false'])
  await typeLine(page, 'kill n1')
  await expect.poll(ticks).toEqual(['true', 'false', 'false'])
  await typeLine(page, 'run 2s')
  await expect.poll(ticks).toEqual(['true', 'true', 'false'])
  await typeLine(page, 'restart n1')
  await expect.poll(ticks).toEqual(['true', 'true', 'true'])
})

test('the first task stands over the experiment of a first visit only, and stays away when it was put off', async ({
  page,
}) => {
  const task = page.getByRole('region', { name: /first task/ })
  await page.goto('./#/raft')
  await expect(task).toBeVisible()
  await tab(page, 'Scenarios').click()
  await page.getByRole('button', { name: /^A slow disk on the leader/ }).click()
  await expect(title(page)).toHaveText('A slow disk on the leader')
  await tab(page, 'Lesson').click()
  await expect(page.getByRole('button', { name: /^The leader dies/ })).toBeVisible()
  await expect(task).toBeHidden()
  await page.goto('./#/cluster')
  await task.getByRole('button', { name: 'Not now' }).click()
  await expect(task).toBeHidden()
  await page.reload()
  await expect(title(page)).toHaveText('Six nodes, 16,384 slots')
  await expect(task).toBeHidden()
})

test.describe('links, texts and files', () => {
  test('a broken text names line, column, expectation and suggestion, and can be mended in place', async ({ page }) => {
    await openHome(page)
    await page.getByRole('textbox', { name: /A link to a run/ }).fill(BROKEN)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(sheet(page)).toContainText('2 mistakes in the pasted text')
    await expect(sheet(page)).toContainText('line 3, column 7')
    await expect(sheet(page)).toContainText('Did you mean kill?')
    await expect(sheet(page)).toContainText('line 4, column 12')
    await sheet(page).getByRole('button', { name: 'Use it' }).click()
    const area = sheet(page).getByRole('textbox')
    await expect(area).toHaveValue(/at 1s kill n1/)
    await sheet(page).getByRole('button', { name: 'Try again' }).click()
    await expect(sheet(page)).toContainText('One mistake')
    await area.fill('# mended\nlab raft\nat 1s kill n1\n')
    await sheet(page).getByRole('button', { name: 'Try again' }).click()
    await expect(sheet(page)).toBeHidden()
    await expect(title(page)).toHaveText('mended')
  })

  test('a dropped file opens, survives a reload, and stays among the recent ones', async ({ page }) => {
    await openLab(page)
    await expect(title(page)).toHaveText('Five nodes, one log')
    await dropFile(page, 'mine.lab', '# mine\nlab raft\nset nodes 3\n')
    await expect(title(page)).toHaveText('mine')
    await awaitKept(page, '# mine')
    await page.reload()
    await expect(title(page)).toHaveText('mine')
    await tab(page, 'Scenarios').click()
    await page.getByRole('button', { name: /^Split vote/ }).click()
    await expect(title(page)).toHaveText('Split vote')
    await expect(page).toHaveURL(/#\/raft\/s\/split-vote$/)
    await page.getByRole('button', { name: /^mine/ }).click()
    await expect(title(page)).toHaveText('mine')
  })

  test('an edited text is checked while it is typed, and applied as a whole', async ({ page }) => {
    await openStopped(page)
    await tab(page, 'Text').click()
    await expect(text(page)).toHaveValue(/# calm/)
    await text(page).fill(BROKEN)
    await expect(page.getByText('there is no verb')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Apply' })).toBeDisabled()
    await text(page).fill('# edited\nlab raft\nset nodes 7\n')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(title(page)).toHaveText('edited')
  })
})

test.describe('the shell by keyboard', () => {
  test('the palette finds an act and hands it to the terminal', async ({ page }) => {
    await openStopped(page)
    // In the terminal, Ctrl+K cuts the line, as in every shell.
    await page.locator('#stage').focus()
    await page.keyboard.press('Control+k')
    // The acts come from the worker, a moment after the rest of the list.
    const kill = page.getByRole('option', { name: /^kill/ }).first()
    await expect(kill).toBeVisible()
    await page.getByRole('combobox').fill('kill')
    await expect(kill).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await expect(page.locator('.xterm-rows')).toContainText('kill')
    await expect(page.locator('.xterm-helper-textarea')).toBeFocused()
    await page.keyboard.type('n4')
    await page.keyboard.press('Enter')
    await expect(page.locator('.xterm-rows')).toContainText('1.000 s kill n4')
  })

  test('the key list comes from the table of the handlers', async ({ page }) => {
    await openStopped(page)
    await page.locator('#stage').focus()
    await page.keyboard.press('?')
    await expect(sheet(page)).toContainText('Play or pause')
    await expect(sheet(page)).toContainText('Find and do anything')
    await expect(sheet(page)).toContainText('Kill, or restart')
  })

  test('presenting leaves the stage and the timeline, Escape comes back', async ({ page }) => {
    await openStopped(page)
    await page.locator('#stage').focus()
    await page.keyboard.press('p')
    await expect(page.getByRole('button', { name: 'Stop presenting' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Guide' })).toHaveCount(0)
    await page.getByRole('button', { name: 'Projector' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'projector')
    await page.locator('#stage').focus()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('region', { name: 'Guide' })).toBeVisible()
  })

  test('undo takes an act back into a branch, and redo brings it again', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'kill n2')
    await typeLine(page, 'run 1s')
    await expect(page.locator('.i-readout')).toContainText('2.000000')
    await tab(page, 'Text').click()
    await expect(text(page)).toHaveValue(/kill n2/)
    await expect(stateOf(page, 'n2')).toHaveText(/^down/)
    await page.getByRole('button', { name: 'Take the last act back' }).click()
    await expect(stateOf(page, 'n2')).not.toHaveText(/^down/)
    await expect(text(page)).not.toHaveValue(/kill n2/)
    await expect(page.getByRole('button', { name: /^branch \d of \d$/ })).toBeVisible()
    await page.getByRole('button', { name: 'Bring it again' }).click()
    await expect(text(page)).toHaveValue(/kill n2/)
    await expect(stateOf(page, 'n2')).toHaveText(/^down/)
  })
})

test.describe('on a narrow screen', () => {
  test.use({ viewport: { width: 320, height: 640 } })

  test('everything is there behind tabs, and nothing is wider than the screen', async ({ page }) => {
    await openLab(page, { text: CALM })
    await expect(page.getByRole('button', { name: 'n1', exact: true })).toBeVisible()
    for (const name of ['Inspector', 'Timeline', 'Terminal', 'Guide']) {
      await tab(page, name).click()
      await expect(page.getByRole('region', { name, exact: true })).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    }
    await expectAccessible(page)
  })
})

test('the lesson runner: predict, run, see both, go on, come back', async ({ page }) => {
  await page.goto('./#/raft/lesson/leader-dies/2')
  const guide = page.getByRole('region', { name: 'Guide' })
  await guide.getByRole('spinbutton').fill('9')
  await guide.getByRole('button', { name: 'Commit my prediction' }).click()
  await expect(guide.getByRole('status')).toContainText('You said 9 ms; it was')
  await expect(guide.getByRole('spinbutton')).toHaveValue('9')
  await guide.getByRole('button', { name: 'Next', exact: true }).click()
  await expect(page).toHaveURL(/leader-dies\/3$/)
  await page.reload()
  await expect(guide.getByRole('button', { name: /^Step 2 of \d+: .*, solved$/ })).toBeVisible()
  await guide.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(page).toHaveURL(/leader-dies\/2$/)
  await expect(guide.getByRole('button', { name: 'Commit my prediction' })).toBeVisible()
})
