import type { Locator, Page } from '@playwright/test'
import { CARDS } from '../src/labs/cluster/lessons/cards.ts'
import { scenarios } from '../src/labs/cluster/scenarios.ts'
import {
  actor,
  actsOn,
  awaitPlaying,
  CALM_CLUSTER,
  endOf,
  expect,
  expectInstant,
  experimentText,
  linkQuery,
  openLab,
  openLessons,
  openScenario,
  openStopped,
  runScenarios,
  stateOf,
  terminalRows,
  test,
  typeLine,
} from './support.ts'

/** n3 is alone from 3 s on: the others elect n6, and n3 suspects everybody. */
const ALONE = `${CALM_CLUSTER}at 3s isolate n3
until 12s
`

const slots = (page: Page) => page.getByRole('region', { name: 'Hash slots' })
const map = (page: Page) => slots(page).getByRole('slider', { name: /^Slot map/ })
const nodePanel = (page: Page) => page.getByRole('tabpanel', { name: /^(Node|n\d|c\d|cli|admin)$/ })
/** A figure of the ledger of writes. */
const figure = (page: Page, name: string) =>
  nodePanel(page).locator('.cs-ledger div').filter({ hasText: name }).locator('dd')

const scenarioOf = (id: string) => {
  const found = scenarios.find((scenario) => scenario.id === id)
  if (found === undefined) throw new Error(`no scenario ${id}`)
  return found
}

/** What a person does who copies lines from somewhere. */
async function pasteLines(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus()
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  }, text)
}

/** The middle of a slot on the map. */
async function placeOf(of: Locator, slot: number): Promise<{ readonly x: number; readonly y: number }> {
  const box = await of.boundingBox()
  if (box === null) throw new Error('the map is not there')
  const cell = box.width / 128
  return { x: box.x + ((slot % 128) + 0.5) * cell, y: box.y + (Math.floor(slot / 128) + 0.5) * cell }
}

test.describe('the main job', () => {
  test('a first visit: time passes, clients are answered, and there is a task', async ({ page }) => {
    await openLab(page, { lab: 'cluster' })
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Six nodes, 16,384 slots')
    await expect(page.getByRole('region', { name: /first task/ }).getByRole('listitem')).toHaveCount(3)
    await expect(stateOf(page, 'n1')).toHaveText(/^master, epoch 1, 5,461 slots/)
    await expect(stateOf(page, 'n4')).toHaveText(/^replica of n1/)
    await expect(stateOf(page, 'c1')).toContainText(/\d answers\/s/)
    const before = await page.locator('.i-readout').textContent()
    await expect(page.locator('.i-readout')).not.toHaveText(before ?? '')
  })

  test('a master is killed: suspected, failed, replaced by its replica; it comes back as a replica', async ({
    page,
  }) => {
    // The first task stands over the experiment of a first visit.
    await openStopped(page, CALM_CLUSTER.replace('# calm', '# Six nodes, 16,384 slots'), '2s')
    await actor(page, 'n1').click()
    await actsOn(page, 'n1').getByRole('button', { name: 'Kill' }).click()
    await expect(stateOf(page, 'n1')).toHaveText(/^down/)
    await page.keyboard.press('Escape')
    await typeLine(page, 'run 4s')
    await expect(stateOf(page, 'n4')).toHaveText(/^master, epoch 7, 5,461 slots/)
    await expect(stateOf(page, 'n1')).toHaveText(/^down.*failed for n2, n3, n4, n5, n6$/)
    await page.getByRole('tab', { name: 'Events' }).click()
    const events = page.getByRole('option')
    for (const said of ['possibly failing (PFAIL)', 'as failing (FAIL)', 'asks for votes in epoch 7', 'election won']) {
      await page.getByRole('searchbox', { name: 'Filter events' }).fill(said)
      await expect(events.first()).toContainText(said)
    }
    await typeLine(page, 'restart n1')
    await typeLine(page, 'run 3s')
    await expect(stateOf(page, 'n1')).toHaveText(/^replica of n4/)
    await expect(page.getByRole('region', { name: /first task/ }).getByRole('img', { name: 'done' })).toHaveCount(3)
    await page.getByRole('tab', { name: 'Rules' }).click()
    await expect(page.getByText(/^All hold after \d+ events$/)).toBeVisible()
  })

  test('a replica takes over on purpose, by its key', async ({ page }) => {
    await openStopped(page, CALM_CLUSTER, '2s')
    await actor(page, 'n1').focus()
    await page.keyboard.press('f')
    await actor(page, 'n5').focus()
    await page.keyboard.press('f')
    await expect(terminalRows(page)).toContainText('failover n5')
    await expect(terminalRows(page)).not.toContainText('failover n1')
    await typeLine(page, 'run 2s')
    await expect(stateOf(page, 'n5')).toHaveText(/^master, epoch 7, 5,462 slots/)
    await expect(stateOf(page, 'n2')).toHaveText(/^replica of n5/)
  })
})

test.describe('the terminal', () => {
  test('is a redis-cli at every node: MOVED, and with -c followed', async ({ page }) => {
    await openLab(page, { text: CALM_CLUSTER })
    await awaitPlaying(page)
    // CRC16 of foo, modulo 16384, is 12182: a slot of n3.
    await typeLine(page, 'n1> SET foo bar')
    await expect(terminalRows(page)).toContainText('(error) MOVED 12182 127.0.0.1:7003')
    await typeLine(page, 'n1> -c SET foo bar')
    await expect(terminalRows(page)).toContainText('-> Redirected to slot [12182] located at 127.0.0.1:7003')
    await expect(terminalRows(page)).toContainText('OK')
    await typeLine(page, 'n3> LPUSH foo x')
    await expect(terminalRows(page)).toContainText('WRONGTYPE')
    await typeLine(page, 'n3> GETT foo')
    await expect(terminalRows(page)).toContainText("(error) ERR unknown command 'GETT'")
  })

  test('completes commands', async ({ page }) => {
    await openLab(page, { text: CALM_CLUSTER })
    await awaitPlaying(page)
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.type('n1> CLUSTER KEYSL')
    await page.keyboard.press('Tab')
    // The worker knows the commands: its answer is awaited before anything is typed behind it.
    await expect(terminalRows(page)).toContainText('CLUSTER KEYSLOT')
    await page.keyboard.type('foo')
    await page.keyboard.press('Enter')
    await expect(terminalRows(page)).toContainText('CLUSTER KEYSLOT foo')
    await expect(terminalRows(page)).toContainText('(integer) 12182')
  })

  test('takes lines that are copied from a tutorial', async ({ page }) => {
    await openLab(page, { text: CALM_CLUSTER })
    await awaitPlaying(page)
    await pasteLines(page, '127.0.0.1:7003> set foo bar\n127.0.0.1:7003> incr foo{tag}\n127.0.0.1:7003> get foo\n')
    await expect(terminalRows(page)).toContainText('"bar"')
    const text = await experimentText(page, /GET foo$|get foo$/m)
    expect(text.split('\n').filter((line) => /cli n3 /.test(line))).toHaveLength(3)
  })
})

test.describe('the map of the slots', () => {
  test('a key that is typed shows its CRC16 and falls into its slot', async ({ page }) => {
    await openStopped(page, CALM_CLUSTER, '1s')
    const key = slots(page).getByRole('textbox', { name: /^Key/ })
    // The check value of CRC16-XMODEM.
    await key.fill('123456789')
    await expect(slots(page)).toContainText('CRC16 = 0x31C3 = 12739, modulo 16384 = 12739')
    await expect(slots(page)).toContainText('slot 12739: n3, 0 keys')
    await expect(slots(page).locator('.cs-map-mark')).toHaveCount(1)
    await key.fill('user:{42}:name')
    await expect(slots(page)).toContainText('Only the part in braces is hashed')
    await slots(page).getByText('CRC16, byte by byte').click()
    await expect(slots(page).getByRole('rowheader')).toHaveText(['4 34', '2 32'])
    const slot = /modulo 16384 = (\d+)/.exec((await slots(page).textContent()) ?? '')?.[1]
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await typeLine(page, 'n1> CLUSTER KEYSLOT user:{42}:name')
    await expect(terminalRows(page)).toContainText(`(integer) ${slot}`)
  })

  test('tells about a slot under the pointer, and under the arrow keys', async ({ page }) => {
    await openStopped(page, CALM_CLUSTER, '1s')
    const text = slots(page).locator('.cs-slot-text')
    const { x, y } = await placeOf(map(page), 5_461)
    await page.mouse.move(x, y)
    await expect(text).toHaveText('slot 5461: n2, 0 keys')
    await page.mouse.move(0, 0)
    await expect(text).toHaveText('Point at a slot, or type a key.')
    await map(page).focus()
    await page.keyboard.press('ArrowLeft')
    await expect(text).toHaveText('slot 16383: n3, 0 keys')
    await page.keyboard.press('ArrowDown')
    await expect(map(page)).toHaveAttribute('aria-valuetext', 'slot 127: n1, 0 keys')
    await expect(slots(page).getByRole('list', { name: 'Owners of slots' }).getByRole('listitem')).toHaveText([
      'n1 5,461 slots 0–5460',
      'n2 5,462 slots 5461–10922',
      'n3 5,461 slots 10923–16383',
    ])
  })

  test('is a sheet on narrow screens, closed at first', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await openLab(page, { text: CALM_CLUSTER })
    await awaitNode(page)
    await expect(map(page)).toBeHidden()
    await slots(page).getByRole('button', { name: 'Show the slot map' }).click()
    await expect(map(page)).toBeVisible()
    await slots(page).getByRole('button', { name: 'Hide the slot map' }).click()
    await expect(map(page)).toBeHidden()
  })
})

/** Waits until the stage stands. */
const awaitNode = (page: Page) => expect(actor(page, 'n1')).toBeVisible()

test('a node’s point of view: what it believes stands on the stage and on the map; and the way back', async ({
  page,
}) => {
  await openStopped(page, ALONE, '10s')
  const owners = slots(page).getByRole('list', { name: 'Owners of slots' })
  await expect(owners).toContainText('n6')
  await expect(owners).not.toContainText('n3')
  await actor(page, 'n3').click()
  await expect(page.getByText('as n3 sees it', { exact: true })).toBeVisible()
  await expect(slots(page)).toContainText('as n3 sees them')
  // It has not heard of the election: its slots are its own, and everybody else is silent.
  await expect(owners).toContainText('n3')
  for (const name of ['n1', 'n2', 'n6']) await expect(actor(page, name).locator('.cs-verdict')).toHaveText('PFAIL')
  await expect(actor(page, 'n6').locator('.cs-believed').first()).toHaveText('still replica of n3')
  await expect(stateOf(page, 'n6')).toContainText('for who is selected: suspected (PFAIL)')
  await actor(page, 'n2').click()
  await expect(actor(page, 'n3').locator('.cs-verdict')).toHaveText('FAIL')
  await expect(owners).not.toContainText('n3')
  await page.getByRole('button', { name: 'Show the cluster as it is' }).click()
  await expect(actor(page, 'n3').locator('.cs-verdict')).toHaveText('FAIL 5')
  await expect(page.getByText('as n3 sees it', { exact: true })).toBeHidden()
})

test('slots move while clients write: all of them arrive, nobody is refused, nothing is lost', async ({ page }) => {
  const text = await openScenario(page, 'cluster', scenarioOf('reshard'))
  await typeLine(page, 'run')
  await expectInstant(page, endOf(text))
  await expect(slots(page)).toContainText('30 of 30 slots, done')
  await expect(stateOf(page, 'n3')).toContainText('5,491 slots')
  await expect(stateOf(page, 'n1')).toContainText('5,431 slots')
  await expect(figure(page, 'lost')).toHaveText('0')
  const clients = nodePanel(page).getByRole('table').filter({ hasText: 'refreshed' })
  // The last column counts what was never answered.
  for (const row of (await clients.getByRole('row').all()).slice(1)) {
    await expect(row.getByRole('cell').last()).toHaveText('0')
  }
})

test('a partition: the minority’s writes are acknowledged and lost, and the ledger says by which rule', async ({
  page,
}) => {
  const text = await openScenario(page, 'cluster', scenarioOf('minority'))
  await typeLine(page, 'run')
  await expectInstant(page, endOf(text))
  await expect(figure(page, 'lost')).not.toHaveText('0')
  await expect(nodePanel(page)).toContainText('its master was cut off from the majority, which elected another one')
  await nodePanel(page)
    .getByText(/^The newest \d+ lost writes?$/)
    .click()
  await expect(nodePanel(page).locator('.cs-losses li').first()).toHaveText(
    /^SET \S+ \S+ of c1: n1 said OK at .*; lost at /,
  )
})

test('groups of messages are hidden in the key, and stay hidden', async ({ page }) => {
  await openLab(page, { text: CALM_CLUSTER })
  const gossip = page.getByRole('group', { name: 'Messages shown' }).getByRole('button', { name: 'gossip' })
  await expect(gossip).toHaveAttribute('aria-pressed', 'true')
  await gossip.click()
  await expect(gossip).toHaveAttribute('aria-pressed', 'false')
  await openLab(page, { text: CALM_CLUSTER })
  await expect(gossip).toHaveAttribute('aria-pressed', 'false')
  await gossip.click()
  await expect(gossip).toHaveAttribute('aria-pressed', 'true')
})

test('a link opens the same cluster at the same instant', async ({ page, context, site }) => {
  await openStopped(page, `${CALM_CLUSTER}at 1s cli n3 SET foo bar\n`, '2s')
  await typeLine(page, 'kill n2')
  await expect(stateOf(page, 'n2')).toHaveText(/^down/)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const link = await page.getByRole('dialog', { name: 'Share this run' }).getByLabel('Link to this run').inputValue()
  expect(link.startsWith(`${site.url}#/cluster?x=`)).toBe(true)
  const other = await context.newPage()
  await other.goto(link)
  await expect(stateOf(other, 'n2')).toHaveText(/^down/)
  await expect(stateOf(other, 'n3')).toContainText('1 key')
  expect(await experimentText(other, /^at 2s +kill n2$/m)).toContain('at 1s cli n3 SET foo bar')
})

test('a bad command does not stop the experiment: more than a thousand nodes, a node that is not there', async ({
  page,
}) => {
  await openStopped(page, CALM_CLUSTER, '1s')
  await typeLine(page, 'n9> PING')
  await expect(terminalRows(page)).toContainText('n9')
  await page.goto('about:blank')
  await page.goto(`./#/cluster?${linkQuery('lab cluster\nseed 1\nset masters 1001\n')}`)
  await expect(page.getByRole('dialog').or(page.getByRole('alert')).first()).toContainText(/1001|masters/)
})

test('every lesson opens', async ({ page }) => {
  await openLessons(page, 'cluster', CARDS)
})

// In parts that run side by side.
const PARTS = 3
for (let part = 0; part < PARTS; part++) {
  test(`every scenario runs to its end; a rule breaks exactly where a fault is planted (${part + 1} of ${PARTS})`, async ({
    page,
  }) => {
    await runScenarios(
      page,
      'cluster',
      scenarios.filter((_, at) => at % PARTS === part),
    )
  })
}
