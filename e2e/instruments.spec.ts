import { awaitPlaying, expect, expectInstant, openStopped, terminalRows, test, timeline, typeLine } from './support.ts'

test.describe('terminal', () => {
  test('does what is typed, points at mistakes, and remembers lines over a reload', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'kil n2')
    await expect(terminalRows(page)).toContainText('did you mean kill?')
    await typeLine(page, 'kill n2')
    await expect(terminalRows(page)).toContainText('1.000 s kill n2')
    await page.reload()
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.press('ArrowUp')
    await expect(terminalRows(page)).toContainText('kill n2')
  })

  test('echoes what the mouse does', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByRole('group', { name: 'life' }).getByRole('button', { name: 'kill' }).click()
    await expect(terminalRows(page)).toContainText('1.000 s kill n1')
    await expect(page.getByText('n1 is down')).toBeVisible()
  })

  test('completes with Tab, lists what fits, and lets go of the focus', async ({ page }) => {
    await openStopped(page)
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.type('hea')
    await page.keyboard.press('Tab')
    await expect(terminalRows(page)).toContainText('› heal')
    await page.keyboard.press('Control+U')
    await page.keyboard.press('Tab')
    await expect(page.locator('.xterm-helper-textarea')).not.toBeFocused()
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.type('kill')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await expect(page.locator('.xterm-helper-textarea')).not.toBeFocused()
  })

  test('is a plain form for those who want one, and stays so', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('button', { name: 'Use a plain form' }).click()
    await page.getByLabel('Command').fill('kill n3')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('log')).toContainText('kill n3')
    await page.reload()
    await expect(page.getByLabel('Command')).toBeVisible()
  })
})

test.describe('timeline', () => {
  test('steps, goes home and plays by keyboard', async ({ page }) => {
    await openStopped(page)
    await timeline(page).focus()
    const before = await page.locator('.i-status').textContent()
    await page.keyboard.press('ArrowRight')
    await expect(page.locator('.i-status')).not.toHaveText(before ?? '')
    await page.keyboard.press('Home')
    await expect(page.locator('.i-readout')).toContainText('0.000000')
    await page.keyboard.press('2')
    await expect(page.locator('.i-speed-value')).toHaveText('×0.01')
    await page.keyboard.press('Space')
    await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()
  })

  test('is dragged to another instant', async ({ page }) => {
    await openStopped(page)
    await timeline(page).focus()
    await page.keyboard.press('f')
    const box = await timeline(page).boundingBox()
    if (box === null) throw new Error('the timeline has no place on the page')
    const y = box.y + box.height - 12
    await page.mouse.move(box.x + box.width * 0.4, y)
    await page.mouse.down()
    // Beyond the left end of the plot lies nothing earlier than the beginning.
    await page.mouse.move(box.x + 4, y, { steps: 4 })
    await page.mouse.up()
    await expect(page.locator('.i-readout')).toContainText('0.000000')
  })

  test('keeps bookmarks with the experiment', async ({ page }) => {
    await openStopped(page)
    await timeline(page).focus()
    await page.keyboard.press('b')
    const kept = () => Object.keys(localStorage).some((key) => key.startsWith('ballast:bookmarks'))
    await expect.poll(() => page.evaluate(kept)).toBe(true)
    await page.reload()
    // The number comes with the experiment; before that, the menu has nothing to choose.
    await page.getByRole('button', { name: /^Bookmarks\s*1$/ }).click()
    await page.getByRole('menuitem', { name: /^mark 1/ }).click()
    await expectInstant(page, '1.000000')
  })

  test('bookmarks the instant that is shown, however short a time it has been there', async ({ page }) => {
    await openStopped(page)
    await page.evaluate(() => {
      const readout = document.querySelector('.i-readout')
      const slider = document.querySelector('.i-diagram-canvas')
      if (readout === null || slider === null) throw new Error('no timeline')
      new MutationObserver(() => {
        slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'b', code: 'KeyB', bubbles: true }))
      }).observe(readout, { childList: true, characterData: true, subtree: true })
    })
    const instantsMs = [100, 250, 300, 450, 500, 650, 700, 850]
    for (const ms of instantsMs) {
      await typeLine(page, `seek ${ms}ms`)
      await expectInstant(page, (ms / 1_000).toFixed(6))
    }
    const [{ bookmarks }] = await page.evaluate(() => JSON.parse(localStorage.getItem('ballast:bookmarks:raft') ?? ''))
    expect(bookmarks.map(({ timeUs }: { timeUs: number }) => timeUs)).toEqual(instantsMs.map((ms) => ms * 1_000))
  })

  test('keeps both futures and shows where they part', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'run 500ms')
    await typeLine(page, 'seek 1200ms')
    await typeLine(page, 'kill n1')
    await expect(page.getByRole('list', { name: 'Branches of this run' })).toBeVisible()
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await expect(page.getByText(/They differ from 1\.2/)).toBeVisible()
  })
})

test.describe('inspector', () => {
  test('lists events; a click goes there', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByRole('searchbox', { name: 'Filter events' }).fill('leads')
    const event = page.getByRole('option').first()
    await expect(event).toContainText('leads term')
    const instant = (await event.locator('.i-event-time').textContent()) ?? ''
    await event.click()
    await expect(page.locator('.i-readout')).toContainText(instant.replace(' s', '').slice(0, 5))
  })

  test('says that all rules hold, each with its meaning', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('tab', { name: 'Rules' }).click()
    await expect(page.getByText(/^All hold after \d+ events$/)).toBeVisible()
    await page.getByText('Election Safety').click()
    await expect(page.locator('.i-rule[data-broken="false"] details[open] .i-rule-meaning')).toBeVisible()
  })

  test('shows where a rule broke', async ({ page }) => {
    await page.goto('./#/raft/s/forgotten-vote')
    await awaitPlaying(page)
    await typeLine(page, 'run')
    const broken = page.locator('.i-rule[data-broken="true"]').first()
    await expect(broken).toContainText('is broken')
    const instant = (await broken.locator('.i-broken .b-num').textContent()) ?? ''
    await broken.getByRole('button', { name: 'Show me' }).click()
    await expect(page.locator('.i-readout')).toContainText(instant.replace(' s', ''))
    await expect(broken.getByRole('button', { name: 'Copy link that reproduces it' })).toBeVisible()
  })

  test('cuts one direction from the matrix', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByRole('button', { name: /^n1 to n2/ }).click()
    await page.getByRole('group', { name: 'messages' }).getByRole('button', { name: 'cut' }).click()
    await expect(page.getByRole('button', { name: /^n1 to n2: cut/ })).toBeVisible()
    await expect(terminalRows(page)).toContainText('link n1>n2 cut')
  })

  test('builds a partition without dragging', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('tab', { name: 'Faults' }).click()
    await page.getByRole('button', { name: 'Minority | majority' }).click()
    await page.locator('.i-faults').getByRole('button', { name: 'partition', exact: true }).click()
    await expect(terminalRows(page)).toContainText('partition n1 n2 | n3 n4 n5')
  })
})
