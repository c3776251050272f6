import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { lessons } from '../src/labs/raft/lessons/index.ts'
import { actor, expect, expectInstant, openLab, stateOf, terminalRows, test, typeLine } from './support.ts'

const guide = (page: Page) => page.getByRole('tabpanel', { name: 'Lesson' })
const button = (page: Page, name: string) => guide(page).getByRole('button', { name, exact: true })
/** Before a lesson has begun, other headings stand here. */
const title = (page: Page) => guide(page).locator('.lesson').getByRole('heading', { level: 2 })

async function openStep(page: Page, lesson: string, step: number): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`./#/raft/lesson/${lesson}/${step}`)
  await expect(title(page)).toHaveText(lessons.find(({ id }) => id === lesson)?.steps[step - 1]?.title ?? '')
}

/** Commits an answer, right or wrong. */
async function predict(page: Page, answer: string): Promise<void> {
  const options = guide(page).getByRole('radio')
  if ((await options.count()) > 0) await guide(page).getByRole('radio', { name: answer }).first().check()
  else await guide(page).getByRole('spinbutton').fill(answer)
  await button(page, 'Commit my prediction').click()
  await expect(button(page, 'Commit my prediction')).toBeHidden()
}

/** Lets the page bring a step about, unless the run has done so by itself: then the button is gone. */
async function showMe(page: Page, goals: Locator, count: number): Promise<void> {
  const done = goals.getByRole('img', { name: 'done' })
  await expect(async () => {
    if ((await done.count()) < count) await button(page, 'Show me').click({ timeout: 2_000 })
    await expect(done).toHaveCount(count)
  }).toPass()
}

for (const lesson of lessons) {
  test(`${lesson.title}: every step is solved by what stands on the page`, async ({ page }) => {
    await openLab(page)
    await guide(page).getByRole('button', { name: lesson.title }).click()
    for (const [index, step] of lesson.steps.entries()) {
      await expect(title(page)).toHaveText(step.title)
      await expect(page).toHaveURL(new RegExp(`#/raft/lesson/${lesson.id}/${index + 1}$`))
      const goals = guide(page).getByRole('list', { name: 'Goals' }).getByRole('listitem')
      await expect(goals).toHaveCount(step.checks.length)
      if (step.question !== null) await predict(page, step.question.options[0]?.text ?? '1')
      if (step.checks.length > 0) await showMe(page, goals, step.checks.length)
      if (step.question !== null) {
        await expect(guide(page).getByText(/^(Not as|As) you predicted\.|^Close enough\./)).toBeVisible()
        await expect(guide(page).getByText(step.question.explanation)).toBeVisible()
      }
      for (const line of step.solution.lines) await expect(guide(page).getByText(line)).toBeVisible()
      if (step.score !== undefined) await expect(guide(page).getByText(step.score.text)).toBeVisible()
      await expect(page.getByRole('alert')).toBeHidden()
      await button(page, index === lesson.steps.length - 1 ? 'Free play' : 'Next').click()
    }
    const card = guide(page).getByRole('button', { name: lesson.title })
    await expect(card).toContainText(`${lesson.steps.length} of ${lesson.steps.length} steps`)
    // Out of the lesson everything is allowed again.
    await typeLine(page, 'heal')
    await expect(terminalRows(page)).toContainText(/s heal/)
  })
}

test('a step is solved by doing it: the leader is killed by pointing, and the world is the judge', async ({ page }) => {
  await openStep(page, 'leader-dies', 4)
  // The tables tell of the step, no longer of what was open before.
  await expect(stateOf(page, 'n1')).toHaveText(/^down/)
  await expectInstant(page, '3.000000')
  const goals = guide(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('img', { name: 'done' }) })
  await expect(goals).toHaveCount(0)
  const [leader, follower] = await Promise.all(['leader', 'follower'].map((role) => inRole(page, role)))
  const acts = page.getByRole('toolbar', { name: /^Acts on/ })
  const kill = acts.getByRole('button', { name: 'Kill' })

  await actor(page, follower ?? '').click()
  await kill.click()
  await button(page, 'Hint').click()
  await expect(guide(page).getByText('That one only followed.')).toBeVisible()
  await expect(goals).toHaveCount(0)
  await acts.getByRole('button', { name: 'Restart' }).click()

  await actor(page, leader ?? '').click()
  await kill.click()
  await expect(goals).toHaveCount(1)
  await expect(guide(page).getByText('Three votes are enough. Let it play.')).toBeVisible()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(goals).toHaveCount(2)
  await expect(button(page, 'Next')).toBeVisible()
})

/** The first node in this role, as the inspector lists them. */
async function inRole(page: Page, role: string): Promise<string> {
  const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: role, exact: true }) })
  return (await row.first().getByRole('rowheader').textContent()) ?? ''
}

test('what a step is not about is refused, and says so', async ({ page }) => {
  await openStep(page, 'leader-dies', 4)
  await typeLine(page, 'partition n1 n2 | n3 n4 n5')
  await expect(terminalRows(page)).toContainText('this step of the lesson is about something else')
})

test('a prediction stays beside its outcome', async ({ page }) => {
  await openStep(page, 'leader-dies', 5)
  await predict(page, 'The leader again')
  await expect(guide(page).getByText('your prediction')).toBeVisible()
  // What was committed lets the run go on: n1 comes back at 5 s, and the outcome is read a second later.
  await expect(guide(page).getByText('Not as you predicted.')).toBeVisible()
  await expect(guide(page).getByText('what happened')).toBeVisible()
  await expect(guide(page).getByRole('radio', { name: 'The leader again' })).toBeChecked()
  await expect(guide(page).getByRole('radio', { name: 'The leader again' })).toBeDisabled()
})

test('an address leads to its step; Back, Retry and Skip always work and restore its beginning', async ({ page }) => {
  await openStep(page, 'majority', 5)
  await expectInstant(page, '3.000000')
  await button(page, 'Skip').click()
  await expect(title(page)).toHaveText('Is four better than three?')
  await expectInstant(page, '1.000000')
  await button(page, 'Back').click()
  await expect(title(page)).toHaveText('One act')
  await typeLine(page, 'restart n1')
  await expect(stateOf(page, 'n1')).not.toHaveText(/^down/)
  await typeLine(page, 'run 1s')
  await button(page, 'Retry').click()
  await expectInstant(page, '3.000000')
  await expect(stateOf(page, 'n1')).toHaveText(/^down/)
  await guide(page)
    .getByRole('button', { name: /^Step 2 of / })
    .click()
  await expect(page).toHaveURL(/lesson\/majority\/2$/)
  await page.reload()
  await expect(guide(page).getByRole('button', { name: /^Step 2 of / })).toHaveAttribute('aria-current', 'step')
})

test('progress outlives a reload, and goes to another browser as a file', async ({ page, browser, baseURL }) => {
  await openStep(page, 'leader-dies', 1)
  await button(page, 'Show me').click()
  await button(page, 'Next').click()
  await expect(title(page)).toHaveText('How long was the silence?')
  await page.reload()
  await expect(title(page)).toHaveText('How long was the silence?')
  await expect(guide(page).getByRole('button', { name: /^Step 1 of 7: .*, solved$/ })).toBeVisible()
  await button(page, 'Leave').click()
  const card = guide(page).getByRole('button', { name: /^The leader dies/ })
  await expect(card).toContainText('1 of 7 steps')
  const coming = page.waitForEvent('download')
  await button(page, 'Save progress as a file').click()
  const download = await coming
  const content = await readFile(await download.path())

  const elsewhere = await browser.newPage({ baseURL: baseURL ?? '', serviceWorkers: 'block' })
  await elsewhere.goto('./#/raft')
  const choosing = elsewhere.waitForEvent('filechooser')
  await button(elsewhere, 'Bring progress…').click()
  await (await choosing).setFiles({ name: download.suggestedFilename(), mimeType: 'application/json', buffer: content })
  await expect(guide(elsewhere).getByRole('button', { name: /^The leader dies/ })).toContainText('1 of 7 steps')
  await elsewhere.context().close()
})
