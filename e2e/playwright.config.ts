import { defineConfig } from '@playwright/test'
import { findChromium } from '../tools/chromium.mjs'

// A Chromium of the system, not the build that this version of Playwright pins: any current one must do.
const executablePath = await findChromium()
if (executablePath === null) throw new Error('No Chromium: run `npm test -- chromium browser`, or set CHROMIUM_PATH.')

export default defineConfig({
  testDir: '.',
  outputDir: '../.cache/e2e',
  forbidOnly: Boolean(process.env.CI),
  // Two browsers on two loaded cores may starve one test of a turn. What passes only the second time is no failure there,
  // but `npm test` counts it and names it, so that somebody looks.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  fullyParallel: true,
  // Generous: a loaded two-core machine without a GPU is slow, and no test asserts a time.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['line'], ['json', { outputFile: '../.cache/browser.json' }]],
  projects: [{ name: 'chromium' }],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'off',
    screenshot: 'off',
    video: 'off',
    // Only offline.spec.ts is about the service worker; elsewhere it would only fetch everything once more.
    serviceWorkers: 'block',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-gpu',
      ],
    },
  },
})
