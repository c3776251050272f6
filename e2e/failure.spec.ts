import type { Page } from '@playwright/test'
import {
  awaitKept,
  awaitLeader,
  CALM,
  expect,
  experimentText,
  openLab,
  openStopped,
  stateOf,
  terminalRows,
  test,
  typeLine,
} from './support.ts'

// What is refused or broken is so from the first script on.
test.use({ fresh: true })

const KEEPS_NOTHING = /This browser keeps nothing for this page/

/** The two ways in which a browser refuses to keep something: private windows, and full disks. */
const REFUSALS = {
  forbidden: () => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    })
  },
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
  },
}

/** A worker in which something throws that nobody catches, whenever the page's tests ask for it. */
async function plantCrash(page: Page): Promise<() => Promise<void>> {
  await page.route(/engine[-.]worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch()
    const crash = `new BroadcastChannel('crash').onmessage = () => { throw new Error('a planted crash') }`
    await route.fulfill({ response, body: `${await response.text()}\n;${crash}` })
  })
  return () => page.evaluate(() => new BroadcastChannel('crash').postMessage(null))
}

for (const [kind, refuse] of Object.entries(REFUSALS)) {
  test(`where storage is ${kind} everything works, and the page says that nothing is kept`, async ({ page }) => {
    await page.addInitScript(refuse)
    await page.goto('./')
    await expect(page.getByText(KEEPS_NOTHING)).toBeVisible()
    await page.getByRole('link', { name: 'Open Raft' }).click()
    const leader = await awaitLeader(page)
    await expect(page.getByText(KEEPS_NOTHING)).toBeVisible()
    await typeLine(page, `kill ${leader.name}`)
    await awaitLeader(page, leader.term + 1)
    await page.getByRole('button', { name: 'Theme and view' }).click()
    await page.getByRole('menuitemradio', { name: 'Projector' }).click()
    await expect(page.locator(':root')).toHaveAttribute('data-theme', 'projector')
    await page.reload()
    await awaitLeader(page)
  })
}

test('storage that becomes full while one works: said when it happens, and the work goes on', async ({ page }) => {
  await openStopped(page)
  await expect(page.getByText(KEEPS_NOTHING)).toBeHidden()
  await page.evaluate(REFUSALS.full)
  await typeLine(page, 'kill n2')
  await expect(page.getByText(KEEPS_NOTHING)).toBeVisible()
  await experimentText(page, /kill n2$/m)
})

test('a reload brings back the experiment with everything that was done to it', async ({ page }) => {
  await openStopped(page)
  await typeLine(page, 'kill n2')
  await expect(stateOf(page, 'n2')).toHaveText(/^down/)
  const text = await experimentText(page, /kill n2$/m)
  await awaitKept(page, 'kill n2')
  await page.reload()
  await expect(stateOf(page, 'n2')).toHaveText(/^down/)
  expect(await experimentText(page)).toBe(text)
})

test('what was open before stands in the list of recent experiments', async ({ page }) => {
  await openStopped(page)
  await typeLine(page, 'kill n2')
  await expect(stateOf(page, 'n2')).toHaveText(/^down/)
  await page.getByRole('tab', { name: 'Scenarios' }).click()
  await page.getByRole('button', { name: 'Split vote' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Split vote')
  await page.getByRole('button', { name: /^calm 1 act/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('calm')
  await experimentText(page, /kill n2$/m)
})

test.describe('a crash of the engine', () => {
  test('is said, and a button starts the same experiment again with every act so far', async ({ page, problems }) => {
    problems.expect(/a planted crash/)
    const crash = await plantCrash(page)
    await openStopped(page)
    await typeLine(page, 'kill n2')
    await expect(stateOf(page, 'n2')).toHaveText(/^down/)
    const text = await experimentText(page, /kill n2$/m)
    await crash()
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('The engine stopped')
    await expect(alert).toContainText('a planted crash')

    await alert.getByRole('button', { name: 'Restart from the same experiment' }).click()
    await expect(alert).toBeHidden()
    expect(await experimentText(page)).toBe(text)
    await expect(stateOf(page, 'n2')).toHaveText(/^down/)
    await awaitLeader(page)
  })

  test('does not take the terminal along', async ({ page, problems }) => {
    problems.expect(/a planted crash/)
    const crash = await plantCrash(page)
    await openStopped(page)
    await crash()
    await expect(page.getByRole('alert')).toContainText('The engine stopped')
    await typeLine(page, 'kill n2')
    await expect(terminalRows(page)).toContainText('the worker does not answer')
    await page.getByRole('button', { name: 'Restart from the same experiment' }).click()
    await awaitLeader(page)
    await typeLine(page, 'kill n3')
    await expect(stateOf(page, 'n3')).toHaveText(/^down/)
  })

  test('in a lesson leads back to its step', async ({ page, problems }) => {
    problems.expect(/a planted crash/)
    const crash = await plantCrash(page)
    await page.goto('./#/raft/lesson/leader-dies/4')
    const heading = page.getByRole('heading', { name: 'Kill the next one' })
    await expect(heading).toBeVisible()
    await expect(stateOf(page, 'n1')).toHaveText(/^down/)
    await crash()
    await page.getByRole('button', { name: 'Restart from the same experiment' }).click()
    await expect(heading).toBeVisible()
    await expect(stateOf(page, 'n1')).toHaveText(/^down/)
  })

  test('before anything was open: the experiment of the address opens with the next attempt', async ({
    page,
    problems,
  }) => {
    problems.expect(/500|worker/)
    const script = /engine[-.]worker[^/]*\.js$/
    await page.route(script, (route) => route.fulfill({ status: 500, body: '' }))
    await openLab(page, { text: CALM })
    await expect(page.getByRole('alert')).toContainText('The engine stopped')
    await page.unroute(script)
    // A late report of the same crash may draw the button anew while it is pressed.
    await expect(async () => {
      const again = page.getByRole('button', { name: 'Restart from the same experiment' })
      if (await again.isVisible()) await again.click({ timeout: 2_000 })
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('calm', { timeout: 2_000 })
    }).toPass()
    await awaitLeader(page)
  })
})

test('a part of the page that cannot be loaded takes nothing else along', async ({ page, problems }) => {
  problems.expect(/share-sheet|Failed to fetch|net::|dynamically imported/)
  await openStopped(page)
  await typeLine(page, 'kill n2')
  await page.route(/share-sheet[^/]*\.(js|css)$/, (route) => route.abort())
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect(page.getByText('This part of the page could not be loaded')).toBeVisible()
  await expect(stateOf(page, 'n2')).toHaveText(/^down/)
})
