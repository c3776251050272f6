// The one test command (`npm test`): every check in order, stopping at the first that fails. The last line is
// `N passed, N failed`, the sum of the unit tests and the browser tests (a failed check of another kind counts as one).
// `npm test -- types unit` runs only the named steps.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { ensureChromium } from './chromium.mjs'
import { ensurePackages, root } from './ensure.mjs'
import { ensureRedisCli } from './redis-cli.mjs'
import { run } from './run.mjs'

const UNIT_REPORT = '.cache/unit.json'
const BROWSER_REPORT = '.cache/browser.json'

/** @typedef {{ passed: number, failed: number }} Counts */

const NONE = { passed: 0, failed: 0 }

/** @param {string} path of a report; null when the runner did not get as far as writing it */
function report(path) {
  try {
    return JSON.parse(readFileSync(root + path, 'utf8'))
  } catch {
    return null
  }
}

/** @returns {Counts} */
function unitCounts() {
  const found = report(UNIT_REPORT)
  return found === null ? NONE : { passed: found.numPassedTests, failed: found.numFailedTests }
}

/**
 * A skipped test counts as failed: nothing here may be skipped. One that passed only when it was run again (CI does that
 * once) counts as passed, and the summary names it.
 * @returns {Counts}
 */
function browserCounts() {
  const stats = report(BROWSER_REPORT)?.stats
  return stats ? { passed: stats.expected + stats.flaky, failed: stats.unexpected + stats.skipped } : NONE
}

/** The browser tests that passed only when they were run again. @returns {string[]} */
function flakyTests() {
  /** @param {any} suite @returns {string[]} */
  const within = (suite) => [
    ...(suite.suites ?? []).flatMap(within),
    ...(suite.specs ?? [])
      .filter((/** @type {any} */ spec) => spec.tests.some((/** @type {any} */ test) => test.status === 'flaky'))
      .map((/** @type {any} */ spec) => `e2e/${spec.file}:${spec.line} ${spec.title}`),
  ]
  return within(report(BROWSER_REPORT) ?? {})
}

/**
 * @param {string} file
 * @param {() => Promise<number>} program
 * @param {() => Counts} count
 */
async function counted(file, program, count) {
  rmSync(root + file, { force: true })
  const code = await program()
  const { passed, failed } = count()
  const failures = code === 0 && passed > 0 ? failed : Math.max(failed, 1)
  return { passed, failed: failures }
}

/** @param {number} code @returns {Counts} */
const checked = (code) => ({ passed: 0, failed: code === 0 ? 0 : 1 })

let chromium = ''

/** @type {{ name: string, title: string, check: () => Promise<Counts> }[]} */
const STEPS = [
  {
    name: 'chromium',
    title: 'A Chromium for the browser tests',
    check: async () => {
      chromium = await ensureChromium()
      console.log(chromium)
      return NONE
    },
  },
  {
    name: 'redis-cli',
    title: 'A redis-cli for the tests of the cluster host',
    check: async () => {
      console.log(await ensureRedisCli())
      return NONE
    },
  },
  { name: 'types', title: 'Types (tsc)', check: async () => checked(await run('tsc', ['-b'])) },
  {
    name: 'lint',
    title: 'Lint and format (Biome)',
    check: async () => {
      const colors = process.stdout.isTTY ? [] : ['--colors=off']
      return checked(await run('biome', ['ci', '--error-on-warnings', '--diagnostic-level=warn', ...colors]))
    },
  },
  {
    name: 'unused',
    title: 'Unused files, exports and packages (knip)',
    check: async () => checked(await run('knip', [])),
  },
  {
    name: 'unit',
    title: 'Unit, property and golden tests, repository rules (Vitest)',
    check: () => {
      const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`]
      return counted(UNIT_REPORT, () => run('vitest', args), unitCounts)
    },
  },
  {
    name: 'build',
    title: 'Production build (Vite)',
    check: async () => checked(await run('vite', ['build'])),
  },
  {
    name: 'browser',
    title: 'Browser tests against the build (Playwright)',
    check: () => {
      const env = { CHROMIUM_PATH: chromium || (process.env.CHROMIUM_PATH ?? '') }
      const args = ['test', '--config', 'e2e/playwright.config.ts']
      return counted(BROWSER_REPORT, () => run('playwright', args, env), browserCounts)
    },
  },
]

/** @param {number} sinceMs */
const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

/** @param {typeof STEPS[number]} step @returns {Promise<Counts>} */
async function attempt(step) {
  try {
    return await step.check()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return checked(1)
  }
}

const names = process.argv.slice(2)
const unknown = names.find((name) => !STEPS.some((step) => step.name === name))
if (unknown !== undefined) {
  console.error(`No step is called ${unknown}; there are: ${STEPS.map((step) => step.name).join(' ')}`)
  process.exit(1)
}
const steps = names.length === 0 ? STEPS : STEPS.filter((step) => names.includes(step.name))

ensurePackages()
mkdirSync(`${root}.cache`, { recursive: true })
const summary = []
const total = { passed: 0, failed: 0 }
for (const [index, step] of steps.entries()) {
  console.log(`\n=== ${index + 1}/${steps.length} ${step.title} ===\n`)
  const startMs = performance.now()
  const counts = await attempt(step)
  total.passed += counts.passed
  total.failed += counts.failed
  summary.push(`${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${step.title} (${seconds(startMs)})`)
  if (step.name === 'browser') for (const test of flakyTests()) summary.push(`flaky  ${test} (failed, then passed)`)
  if (counts.failed > 0) break
}
for (const step of steps.slice(summary.length)) summary.push(`not run ${step.title}`)

console.log(`\n=== Summary ===\n\n${summary.join('\n')}\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
