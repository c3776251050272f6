import type { Page } from '@playwright/test'
import {
  actor,
  actsOn,
  awaitLeader,
  awaitPlaying,
  CALM,
  closeDialog,
  dropFile,
  expect,
  expectAccessible,
  expectInstant,
  expectNoSidewaysScroll,
  openLab,
  openStopped,
  outline,
  smallTargets,
  stateOf,
  terminalRows,
  test,
  timeline,
  typeLine,
} from './support.ts'

const INSPECTOR_TABS = ['Node', 'Message', 'Rules', 'Measures', 'Events', 'Faults']
/** What a tab changes. */
const PANELS = '[role="tabpanel"]'
const GUIDE_TABS = ['Lesson', 'Scenarios', 'Text']
const BROKEN = '# broken\nlab raft\nat 1s kil n1\nat 2s kill n9\n'
/** Its master n1 is cut off with a client, and n2 is dead: verdicts, an election, a ledger, a region. */
const CLUSTER = `lab cluster
seed 7
set cluster-node-timeout 1s
at 2s load c1 20/s
at 3s partition n1 c1 | n2 n3 n4 n5 n6 c2
at 7s kill n2
`
const SIZES = [
  { width: 390, height: 844 },
  { width: 320, height: 640 },
]

/** In every theme: what can be seen differs, the rest of the page does not. */
const axe = (page: Page, part?: string, each?: () => Promise<void>) => expectAccessible(page, part, true, each)

test.describe('axe finds nothing', () => {
  test('on the home page', async ({ page }) => {
    await page.goto('./')
    await expect(page.getByRole('link', { name: /The leader dies/ })).toBeVisible()
    await axe(page)
  })

  test('in the lab: every tab, with faults, a selection and two branches', async ({ page }) => {
    test.slow()
    await openStopped(page)
    await typeLine(page, 'kill n4')
    await typeLine(page, 'partition n1 n2 | n3 n5')
    await typeLine(page, 'pause n2')
    await actor(page, 'n3').click()
    await expect(actsOn(page, 'n3')).toBeVisible()
    await axe(page)
    for (const name of [...INSPECTOR_TABS, ...GUIDE_TABS]) {
      await page.getByRole('tab', { name: name === 'Node' ? 'n3' : name, exact: true }).click()
      await axe(page, PANELS)
    }
    // A selected client has its form twice: below the picture, and in the inspector.
    await actor(page, 'c1').click()
    await expect(page.getByRole('form', { name: 'Operation of c1' })).toBeVisible()
    await axe(page)
  })

  test('in a lesson, before and after the outcome', async ({ page }) => {
    await page.goto('./#/raft/lesson/leader-dies/5')
    await page.getByRole('radio').first().check()
    await axe(page)
    await page.getByRole('button', { name: 'Commit my prediction' }).click()
    // On its own the outcome comes a second later; a slow click may find it there.
    const outcome = page.getByText('what happened')
    await expect(async () => {
      if (await outcome.isHidden()) await page.getByRole('button', { name: 'Show me' }).click({ timeout: 2_000 })
      await expect(outcome).toBeVisible()
    }).toPass()
    await axe(page)
  })

  test('in dialogs and menus', async ({ page }) => {
    test.slow()
    await openStopped(page)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Data up to now' })).toBeVisible()
    await axe(page)
    await closeDialog(page)
    await page.getByRole('button', { name: 'Keys and help' }).click()
    await expect(page.getByRole('dialog', { name: 'Keys and help' })).toBeVisible()
    await axe(page)
    await page.getByRole('button', { name: 'Settings…' }).click()
    await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
    await axe(page)
    await closeDialog(page)
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('option').first()).toBeVisible()
    await axe(page)
    await closeDialog(page)
    await page.getByRole('button', { name: 'Partition…' }).click()
    await expect(page.getByRole('dialog', { name: 'Partition the network' })).toBeVisible()
    await axe(page)
    await closeDialog(page)
    await dropFile(page, 'broken.lab', BROKEN)
    await expect(page.getByRole('dialog', { name: '2 mistakes in broken.lab' })).toBeVisible()
    await axe(page)
    await closeDialog(page)
    await actor(page, 'n1').click({ button: 'right' })
    await expect(page.getByRole('menuitem', { name: 'Kill' })).toBeVisible()
    // A menu hovers above the page, in none of its regions.
    await axe(page, '[role="menu"]')
  })

  test('on narrow screens, and nothing sticks out', async ({ page }) => {
    test.slow()
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await openLab(page, { text: CALM })
      await awaitLeader(page)
      await axe(page)
      for (const name of ['Guide', 'Inspector', 'Timeline', 'Terminal']) {
        await page.getByRole('tab', { name, exact: true }).click()
        await axe(page, PANELS, () => expectNoSidewaysScroll(page))
      }
      await page.getByRole('button', { name: 'Menu' }).click()
      await page.getByRole('menuitem', { name: 'Share…' }).click()
      const sheet = page.getByRole('region', { name: 'Share this run' })
      await expect(sheet.getByRole('heading', { name: 'Data up to now' })).toBeVisible()
      await expectNoSidewaysScroll(page, sheet)
      await closeDialog(page)
      await page.goto('./#/')
      await expect(page.getByRole('link', { name: /The leader dies/ })).toBeVisible()
      await axe(page, undefined, () => expectNoSidewaysScroll(page))
    }
  })

  test('in the cluster lab: the map with a key, tables, a point of view, a partition', async ({ page }) => {
    test.slow()
    await openStopped(page, CLUSTER, '9s')
    const slots = page.getByRole('region', { name: 'Hash slots' })
    const show = slots.getByRole('button', { name: 'Show the slot map' })
    if (await show.isVisible()) await show.click()
    await slots.getByRole('textbox', { name: /^Key/ }).fill('user:{42}:name')
    await slots.getByText('CRC16, byte by byte').click()
    await axe(page)
    await slots.getByRole('button', { name: 'Hide the slot map' }).click()
    await actor(page, 'n3').click()
    await expect(page.getByText('as n3 sees it', { exact: true })).toBeVisible()
    await axe(page)
    await actor(page, 'cli').click()
    await axe(page)
  })

  test('while presenting, and where a rule is broken', async ({ page }) => {
    await page.goto('./#/raft/s/forgotten-vote')
    await awaitPlaying(page)
    await typeLine(page, 'run')
    await expect(page.getByRole('tab', { name: /^Rules ✕/ })).toBeVisible()
    await axe(page)
    await page.getByRole('button', { name: 'Present', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Stop presenting' })).toBeVisible()
    await axe(page)
  })
})

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const element = document.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
    })
    if (typeof name === 'string' ? label === name : name.test(label)) return
  }
  throw new Error(`Tab does not lead to ${name}`)
}

test.describe('by keyboard alone', () => {
  test('a whole task: from the home page to a killed leader, the next one, and a typed restart', async ({ page }) => {
    await page.goto('./')
    await expect(page.getByRole('link', { name: 'Open Raft' })).toBeVisible()
    await tabTo(page, 'Open Raft')
    await page.keyboard.press('Enter')
    const leader = await awaitLeader(page)

    await page.keyboard.press('Tab')
    await expect(page.getByText('Skip to the stage')).toBeFocused()
    await page.keyboard.press('Enter')
    await tabTo(page, 'n1')
    // The arrow keys go to the neighbour in their direction: over the client at the right to n2, n5, n4 and n3.
    const arrows = ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowDown', 'ArrowRight']
    for (const arrow of arrows) {
      if (await actor(page, leader.name).evaluate((element) => element === document.activeElement)) break
      await page.keyboard.press(arrow)
    }
    await expect(actor(page, leader.name)).toBeFocused()
    await page.keyboard.press('k')
    await expect(stateOf(page, leader.name)).toHaveText(/^down/)
    await page.keyboard.press('n')
    await expect(page.locator('.i-caption')).toHaveText(/^n\d /)
    await page.keyboard.press('Space')
    await awaitLeader(page, leader.term + 1)

    await tabTo(page, 'Terminal input')
    await page.keyboard.type(`restart ${leader.name}`)
    await page.keyboard.press('Enter')
    await expect(stateOf(page, leader.name)).not.toHaveText(/^down/)
    await page.keyboard.press('Tab')
    await expect(page.locator('.xterm-helper-textarea')).not.toBeFocused()
  })

  test('the menu of a node opens with Enter, is walked with arrows, and gives the focus back', async ({ page }) => {
    await openStopped(page)
    await actor(page, 'n2').focus()
    await page.keyboard.press('Enter')
    const menu = page.getByRole('menu', { name: 'Acts on n2' })
    await expect(menu).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(menu.getByRole('menuitem', { name: 'Kill' })).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(menu.getByRole('menuitem', { name: 'Pause' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(stateOf(page, 'n2')).toContainText('paused')
    await expect(actor(page, 'n2')).toBeFocused()
  })

  test('every control can be reached, and shows that it has the focus', async ({ page }) => {
    await openStopped(page)
    await page.locator('body').evaluate((body) => {
      body.tabIndex = -1
      body.focus()
    })
    const unseen: string[] = []
    let reached = 0
    for (; reached < 150; reached++) {
      await page.keyboard.press('Tab')
      const found = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return null
        const ring = (each: Element) => {
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each)
          return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
        }
        // Marks on the picture have a circle of their own; the terminal and sliders show it on what surrounds them.
        const circle = element.querySelector('.rs-focus')
        const shown =
          (circle !== null && getComputedStyle(circle).visibility !== 'hidden') ||
          [element, element.parentElement, element.parentElement?.parentElement].some((each) => each && ring(each)) ||
          element.closest('.xterm.focus') !== null
        return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', shown }
      })
      if (found === null) break
      if (!found.shown) unseen.push(found.name)
    }
    expect(reached).toBeGreaterThan(25)
    expect(unseen).toEqual([])
  })

  test('single keys can be switched off', async ({ page }) => {
    await openStopped(page)
    await timeline(page).focus()
    await page.keyboard.press('?')
    await page.getByRole('button', { name: 'Settings…' }).click()
    await page.getByRole('checkbox', { name: /Single-key shortcuts/ }).uncheck()
    await closeDialog(page)
    await timeline(page).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('?')
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toHaveCount(1)
    await expect(page.getByRole('dialog')).toHaveAccessibleName('Commands')
    await closeDialog(page)
    await expectInstant(page, '1.000000')
  })

  test('the palette finds an act and does it', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'isolate n5')
    // In the terminal, Ctrl+K cuts the line, as in any terminal.
    await timeline(page).focus()
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox')).toBeFocused()
    // The acts come from the worker, a moment after the rest of the list.
    await expect(page.getByRole('option', { name: /^heal/ }).first()).toBeVisible()
    await page.keyboard.type('heal')
    await expect(page.getByRole('option', { name: /^heal/ }).first()).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await expect(terminalRows(page)).toContainText('1.000 s heal')
  })
})

test.describe('for those who listen', () => {
  test('the list of nodes has every state, and the acts when it is opened', async ({ page }) => {
    await openStopped(page)
    await expect(outline(page).getByRole('listitem')).toHaveCount(6)
    await expect(outline(page).getByRole('listitem').locator('p')).toHaveText([
      'leader, term 1, commit 1, last 1',
      ...Array.from({ length: 4 }, () => 'follower of n1, term 1, commit 1, last 1'),
      'idle',
    ])
    await expect(actor(page, 'n3')).toHaveAccessibleDescription('follower of n1, term 1, commit 1, last 1')
    await page.getByRole('button', { name: 'Nodes and clients as a list' }).click()
    const item = outline(page).getByRole('listitem').filter({ hasText: /^n3/ })
    await item.getByRole('button', { name: 'Kill' }).click()
    await expect(item.locator('p')).toHaveText(/^down/)
    await item.getByRole('button', { name: 'Restart' }).click()
    await expect(item.locator('p')).not.toHaveText(/^down/)
    await item.getByText('Disk', { exact: true }).click()
    await item.getByRole('button', { name: 'Stall' }).click()
    await expect(terminalRows(page)).toContainText('disk n3 stall')
  })

  test('the live region says named events and nothing else, and describes the picture on demand', async ({ page }) => {
    await openStopped(page)
    const live = page.locator('[aria-live="polite"][role="status"].b-hidden')
    await expect(live).toHaveCount(1)
    const said = await page.evaluateHandle(() => {
      const heard: string[] = []
      const region = document.querySelector('[aria-live="polite"][role="status"].b-hidden')
      if (region === null) throw new Error('no live region')
      new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      })
      return heard
    })
    await typeLine(page, 'kill n1')
    // Of many events at once the last ones are said and the others counted.
    await expect(live).toContainText('kill n1')
    await typeLine(page, 'run 600ms')
    await expect(live).toContainText(/n\d leads term 2/)
    await actor(page, 'n2').focus()
    await page.keyboard.press('d')
    await expect(live).toContainText(/n\d leads term 2; .*n1 is down\./)
    const heard = (await said.jsonValue()).join('. ')
    // Heartbeats, appends and timers happen hundreds of times in that time.
    expect(heard).not.toMatch(/heartbeat|append|timer/i)
    expect(heard).toContain('kill n1')
  })

  test('the charts are tables, too', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('tab', { name: 'Measures' }).click()
    await page.getByRole('button', { name: 'As tables' }).click()
    await expect(page.getByRole('tabpanel', { name: 'Measures' }).getByRole('table').first()).toBeVisible()
  })
})

test('with reduced motion the picture goes in steps, and all of it works', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openLab(page)
  const leader = await awaitLeader(page)
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter((each) => each.playState === 'running')
      .map((each) => String(each)),
  )
  expect(moving).toEqual([])
  await actor(page, leader.name).click()
  await actsOn(page, leader.name).getByRole('button', { name: 'Kill' }).click()
  await awaitLeader(page, leader.term + 1)
})

test('every target of the lab is at least 24 pixels in both directions, in windows of all widths', async ({ page }) => {
  for (const size of [{ width: 1440, height: 900 }, ...SIZES]) {
    await page.setViewportSize(size)
    await openLab(page, { text: CALM })
    await awaitLeader(page)
    await actor(page, 'n2').click()
    const wide = size.width >= 900
    for (const name of wide ? INSPECTOR_TABS : ['Guide', 'Inspector', 'Timeline', 'Terminal']) {
      await page.getByRole('tab', { name: name === 'Node' ? 'n2' : name, exact: true }).click()
      const small = await page.evaluate(smallTargets)
      expect(small, `${name} at ${size.width}`).toEqual([])
    }
  }
})

for (const size of [{ width: 1440, height: 900 }, ...SIZES]) {
  test(`every target of the cluster lab is at least 24 pixels in both directions at ${size.width}`, async ({
    page,
  }) => {
    await page.setViewportSize(size)
    await openLab(page, { text: CLUSTER, at: '9s' })
    await expect(actor(page, 'n1')).toBeVisible()
    const slots = page.getByRole('region', { name: 'Hash slots' })
    const show = slots.getByRole('button', { name: 'Show the slot map' })
    expect(await page.evaluate(smallTargets), 'the key').toEqual([])
    if (await show.isVisible()) await show.click()
    await slots.getByRole('textbox', { name: /^Key/ }).fill('foo')
    expect(await page.evaluate(smallTargets), 'the map').toEqual([])
    await expectNoSidewaysScroll(page)
    await slots.getByRole('button', { name: 'Hide the slot map' }).click()
    await actor(page, 'n3').click()
    await expect(page.getByText('as n3 sees it', { exact: true })).toBeVisible()
    if (size.width < 900) await page.getByRole('tab', { name: 'Inspector', exact: true }).click()
    expect(await page.evaluate(smallTargets), 'a point of view').toEqual([])
    await expectNoSidewaysScroll(page)
  })
}
