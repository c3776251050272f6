import type { Locator, Page } from '@playwright/test'
import { scenarios } from '../src/labs/raft/scenarios.ts'
import {
  actor,
  actsOn,
  awaitLeader,
  CALM,
  expect,
  expectInstant,
  experimentText,
  openLab,
  openStopped,
  outline,
  runScenarios,
  stateOf,
  terminalRows,
  test,
  timeline,
  typeLine,
} from './support.ts'

/** n1 leads from 160 ms on; every message takes 40 ms, so at 0.884 s four heartbeats of n1 are half-way. */
const CLOCKWORK = `# clockwork
lab raft
seed 1
set clients 1
set delay 40ms
set heartbeat 100ms
at 0s campaign n1
`

const play = (page: Page) => page.getByRole('button', { name: 'Play', exact: true }).click()
const menu = (page: Page) => page.getByRole('menu')

/** The commit index of an actor, as the list tells it. */
async function commitOf(page: Page, name: string): Promise<number> {
  return Number(/commit (\d+)/.exec((await stateOf(page, name).textContent()) ?? '')?.[1])
}

/** The instant in the readout, once what has come of the world is drawn. */
async function instantNow(page: Page): Promise<string | null> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)))
  return page.locator('.i-readout').textContent()
}

/** The middle of a node's disc. */
async function middleOf(page: Page, name: string): Promise<{ readonly x: number; readonly y: number }> {
  const box = await actor(page, name).locator('.rs-body').boundingBox()
  if (box === null) throw new Error(`${name} is not on the stage`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Rests the pointer on the message that is half-way between two nodes, until its card opens. */
async function pointAtMessage(page: Page, from: string, to: string): Promise<Locator> {
  const card = page.locator('.rs-card')
  await expect(async () => {
    const [a, b] = await Promise.all([middleOf(page, from), middleOf(page, to)])
    await page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2)
    await expect(card).toContainText(`${from} → ${to}`, { timeout: 5_000 })
  }).toPass()
  return card
}

test.describe('the main job', () => {
  test('a first visit: an election, heartbeats, writes that are committed; the leader dies, another one leads', async ({
    page,
  }) => {
    await openLab(page)
    const first = await awaitLeader(page)
    await expect.poll(() => commitOf(page, first.name), { message: 'writes are committed' }).toBeGreaterThan(2)
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByRole('searchbox', { name: 'Filter events' }).fill(`heartbeat term ${first.term}`)
    await expect(page.getByRole('option').first()).toContainText(first.name)

    await actor(page, first.name).click()
    await actsOn(page, first.name).getByRole('button', { name: 'Kill' }).click()
    await expect(stateOf(page, first.name)).toHaveText(/^down; on disk: term \d+/)
    const second = await awaitLeader(page, first.term + 1)
    expect(second.name).not.toBe(first.name)
    const committed = await commitOf(page, second.name)
    await expect.poll(() => commitOf(page, second.name), { message: 'writes go on' }).toBeGreaterThan(committed + 1)

    await actsOn(page, first.name).getByRole('button', { name: 'Restart' }).click()
    await expect(stateOf(page, first.name)).toHaveText(new RegExp(`^follower of ${second.name}, term ${second.term}`))
    await expect(page.getByRole('region', { name: /first task/ }).getByRole('img', { name: 'done' })).toHaveCount(3)
    await page.getByRole('tab', { name: 'Rules' }).click()
    await expect(page.getByText(/^All hold after \d+ events$/)).toBeVisible()
  })

  test('what the mouse does, the terminal says; the context menu does the same', async ({ page }) => {
    await openStopped(page)
    await actor(page, 'n1').click({ button: 'right' })
    await menu(page).getByRole('menuitem', { name: 'Kill' }).click()
    await expect(terminalRows(page)).toContainText('1.000 s kill n1')
    await expect(stateOf(page, 'n1')).toHaveText(/^down/)
    await typeLine(page, 'restart n1')
    await expect(stateOf(page, 'n1')).toHaveText(/^follower, term 1/)
  })

  test('a write that is typed is committed on every node and answered', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'client c1 put x hello')
    await expect(stateOf(page, 'c1')).toContainText('waits for put x hello')
    await typeLine(page, 'run 500ms')
    await expect(stateOf(page, 'c1')).toHaveText('idle; last: put x hello → ok')
    for (const name of ['n1', 'n2', 'n3', 'n4', 'n5']) await expect(stateOf(page, name)).toContainText('commit 2')
  })
})

test.describe('the network', () => {
  test('is partitioned by the dialog, and healed', async ({ page }) => {
    await openStopped(page)
    await page.getByRole('button', { name: 'Partition…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Partition the network' })
    // n1 leads: with n2 and n3 on its side it keeps its majority, and n4 and n5 can elect nobody.
    await dialog.getByRole('group', { name: 'n3' }).getByLabel('A').check()
    await expect(dialog.getByText('partition n1 n2 n3 | n4 n5')).toBeVisible()
    await dialog.getByRole('button', { name: 'Partition', exact: true }).click()
    await expect(dialog).toBeHidden()
    await expect(terminalRows(page)).toContainText('1.000 s partition n1 n2 n3 | n4 n5')
    await typeLine(page, 'run 1s')
    await expect(stateOf(page, 'n1')).toContainText('leader, term 1')
    await expect(stateOf(page, 'n4')).toContainText('pre-candidate, term 1')
    await page.getByRole('button', { name: 'Heal' }).click()
    await expect(terminalRows(page)).toContainText('2.000 s heal')
    await typeLine(page, 'run 1s')
    await expect(stateOf(page, 'n4')).toContainText('follower of n1, term 1')
  })

  test('is cut where a line is dragged', async ({ page }) => {
    await openStopped(page)
    const [top, left, right] = await Promise.all(['n1', 'n5', 'n2'].map((name) => actor(page, name).boundingBox()))
    if (!top || !left || !right) throw new Error('three nodes of the stage have no place')
    const y = top.y + top.height - 4
    await page.mouse.move(left.x - 10, y)
    await page.mouse.down()
    await page.mouse.move(right.x + right.width + 10, y, { steps: 8 })
    await page.mouse.up()
    await expect(terminalRows(page)).toContainText('partition n1 | n2 n3 n4 n5')
    await play(page)
    await awaitLeader(page, 2)
  })

  test('loses one message: by a click on it, and by its number', async ({ page }) => {
    await openStopped(page, CLOCKWORK, '884ms')
    const card = await pointAtMessage(page, 'n1', 'n4')
    await expect(card).toContainText('Heartbeat')
    await page.mouse.down()
    await page.mouse.up()
    await expect(menu(page)).toContainText('n1 → n4')
    await menu(page).getByRole('menuitem', { name: 'Drop' }).click()
    await expect(terminalRows(page)).toContainText(/0\.884 s drop m\d+/)
    const dropped = Number(/drop m(\d+)/.exec((await terminalRows(page).textContent()) ?? '')?.[1])
    await typeLine(page, `drop m${dropped}`)
    await expect(terminalRows(page)).toContainText(`m${dropped} is not in flight`)
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByRole('searchbox', { name: 'Filter events' }).fill('heartbeat')
    const lost = page.locator('[role="option"][data-kind="lost"]')
    await expect(lost).toHaveCount(1)
    await expect(lost).toContainText('n4')
    // n1 sends to n2 … n5 in one go: the heartbeat to n3 has the number before that to n4.
    await typeLine(page, `drop m${dropped - 1}`)
    await expect(lost).toHaveCount(2)
  })

  test('one direction is changed in the menu of a link', async ({ page }) => {
    await openStopped(page)
    await actor(page, 'n2').click({ button: 'right' })
    await menu(page).getByRole('menuitem', { name: 'Links' }).click()
    await page.getByRole('menuitem', { name: 'n2 – n3' }).click()
    await page.getByRole('menuitem', { name: 'n2 → n3 only' }).click()
    await page.getByRole('menuitem', { name: 'Lose 30%' }).click()
    await expect(terminalRows(page)).toContainText('link n2>n3 loss 30%')
    await page.getByRole('tab', { name: 'Faults' }).click()
    await expect(page.getByRole('button', { name: /^n2 to n3: .*loses 30%/ })).toBeVisible()
  })
})

test('a slow disk: set on its node, seen on its node, felt by the client', async ({ page }) => {
  await openStopped(page)
  for (const name of ['n1', 'n2', 'n3']) {
    await actor(page, name).click({ button: 'right' })
    await menu(page).getByRole('menuitem', { name: 'Disk' }).click()
    await page.getByRole('menuitem', { name: 'Very slow: 100–300 ms' }).click()
    await expect(terminalRows(page)).toContainText(`disk ${name} latency 100ms..300ms`)
  }
  await typeLine(page, 'client c1 put x 1')
  // Every majority contains one of the slow three: before 1.1 s nobody can have answered.
  await typeLine(page, 'run 100ms')
  await expectInstant(page, '1.100000')
  await expect(stateOf(page, 'c1')).toContainText('waits for put x 1')
  await typeLine(page, 'run 1s')
  await expect(stateOf(page, 'c1')).toHaveText('idle; last: put x 1 → ok')
})

test.describe('time', () => {
  test('rewind to just before the kill, and choose another future: both are kept, compared, and one click apart', async ({
    page,
  }) => {
    await openLab(page, { text: CALM })
    const first = await awaitLeader(page)
    await typeLine(page, 'stop')
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
    await typeLine(page, `kill ${first.name}`)
    await expect(stateOf(page, first.name)).toHaveText(/^down/)
    const instant = await instantNow(page)
    await play(page)
    const second = await awaitLeader(page, first.term + 1)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()

    await timeline(page).focus()
    const status = page.locator('.i-status')
    while ((await instantNow(page)) !== instant) {
      const before = (await status.textContent()) ?? ''
      await page.keyboard.press('Shift+ArrowLeft')
      await expect(status).not.toHaveText(before)
    }
    await page.keyboard.press('ArrowLeft')
    await expect(stateOf(page, first.name)).toContainText(`leader, term ${first.term}`)
    const other = first.name === 'n2' ? 'n3' : 'n2'
    await actor(page, other).click()
    await actsOn(page, other).getByRole('button', { name: 'Kill' }).click()
    await expect(stateOf(page, other)).toHaveText(/^down/)

    const chip = page.getByRole('button', { name: 'branch 2 of 2' })
    await chip.click()
    await page.getByRole('menuitem', { name: 'Compare side by side…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Two futures side by side' })
    await expect(dialog.getByText(/^They differ from \d/)).toBeVisible()
    await expect(dialog.getByText(`kill ${other}`).first()).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()

    await chip.click()
    await page.getByRole('menuitemradio').first().click()
    await expect(page.getByRole('button', { name: 'branch 1 of 2' })).toBeVisible()
    await timeline(page).focus()
    await page.keyboard.press('End')
    await awaitLeader(page, second.term)
    await expect(stateOf(page, first.name)).toHaveText(/^down/)
    await expect(stateOf(page, other)).not.toHaveText(/^down/)
  })

  test('speeds reach from a thousandth to as fast as possible', async ({ page }) => {
    await openStopped(page, `${CALM}until 60s\n`)
    const speed = page.getByRole('slider', { name: 'Speed' })
    await speed.focus()
    await page.keyboard.press('Home')
    await expect(page.locator('.i-speed-value')).toHaveText('×0.001')
    await timeline(page).focus()
    await page.keyboard.press('7')
    await expect(page.locator('.i-speed-value')).toHaveText('×1000')
    await speed.focus()
    await page.keyboard.press('End')
    await expect(page.locator('.i-speed-value')).toHaveText('max')
    await play(page)
    await expect(page.locator('.i-caption')).toHaveText('the experiment ends here')
    await expectInstant(page, '60.000000')
  })

  test('plays to the next named event and stops there by itself, saying which', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'kill n1')
    await page.getByRole('button', { name: 'Play to the next named event' }).click()
    await expect(page.locator('.i-caption')).toHaveText(/^n\d (asks whether it could win|campaigns for) term 2$/)
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  })
})

test.describe('what is impossible', () => {
  test('is refused with the same reason, typed or pointed at, and changes nothing', async ({ page }) => {
    await openStopped(page)
    const reason = 'n2 is running: only a killed node can be restarted'
    await typeLine(page, 'restart n2')
    await expect(terminalRows(page)).toContainText(reason)
    await actor(page, 'n2').click()
    await page.getByRole('tab', { name: 'Faults' }).click()
    const restart = page.getByRole('group', { name: 'life' }).getByRole('button', { name: 'restart' })
    await expect(restart).toHaveAttribute('aria-disabled', 'true')
    await expect(restart).toHaveAccessibleDescription(reason)
    await typeLine(page, 'kill n3')
    await typeLine(page, 'pause n3')
    await expect(terminalRows(page)).toContainText('n3 is down')
    await actor(page, 'n3').click({ button: 'right' })
    const pause = menu(page).getByRole('menuitem', { name: 'Pause' })
    await expect(pause).toHaveAttribute('aria-disabled', 'true')
    await expect(pause).toContainText('n3 is down')
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Text' }).click()
    await expect(page.getByRole('textbox', { name: /whole experiment/ })).toHaveValue(/at 1s kill n3\n$/)
  })

  test('a name that nobody has is answered with those that there are', async ({ page }) => {
    await openStopped(page)
    await typeLine(page, 'kill n9')
    await expect(terminalRows(page)).toContainText('there is no node `n9`; expected a node: n1 … n5')
  })

  for (const count of ['0', '1000']) {
    test(`${count} nodes: the text is not applied, and the run goes on`, async ({ page }) => {
      await openStopped(page)
      await page.getByRole('tab', { name: 'Text' }).click()
      await page.getByRole('textbox', { name: /whole experiment/ }).fill(`lab raft\nseed 1\nset nodes ${count}\n`)
      const problem = page.getByRole('listitem').filter({ hasText: 'line 3, column 11' })
      await expect(problem).toContainText('1')
      await expect(problem).toContainText('101')
      await expect(page.getByRole('button', { name: 'Apply' })).toBeDisabled()
      await expect(outline(page).getByRole('listitem')).toHaveCount(6)
    })
  }
})

test('an experiment that is typed runs, with every act at its time', async ({ page }) => {
  await openLab(page)
  await page.getByRole('tab', { name: 'Text' }).click()
  await page.getByRole('textbox', { name: /whole experiment/ }).fill(`# the leader dies while a write is on its way
lab raft
seed 42
set nodes 5
set election-timeout 150ms..300ms
at 0s      client c1 put x 1
at 1.2s    kill n1
at 2s      partition n1 n2 | n3 n4 n5
at 2.5s    link n1>n3 loss 30% delay 5ms..20ms
at 3s      heal
at 4s      restart n1
until 10s
`)
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('the leader dies while a write is on its way')
  // Its own text is shown again when it is open, and time passes.
  await experimentText(page)
  await typeLine(page, 'stop')
  await typeLine(page, 'seek 1300ms')
  await expect(stateOf(page, 'n1')).toHaveText(/^down/)
  await expect(stateOf(page, 'c1')).toHaveText('idle; last: put x 1 → ok')
  await typeLine(page, 'run')
  await expectInstant(page, '10.000000')
  await expect(stateOf(page, 'n1')).toHaveText(/^follower of n\d/)
  await page.getByRole('tab', { name: 'Rules' }).click()
  await expect(page.getByText(/^All hold after \d+ events$/)).toBeVisible()
  await page.getByRole('tab', { name: 'Events' }).click()
  await page.getByRole('searchbox', { name: 'Filter events' }).fill('restart n1')
  await expect(page.getByRole('option').first()).toContainText('4.000 s')
})

test('every scenario opens and runs to its end; a rule breaks exactly where a fault is planted', async ({ page }) => {
  expect(scenarios.length).toBeGreaterThanOrEqual(10)
  await runScenarios(page, 'raft', scenarios)
})
