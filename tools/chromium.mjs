// Which Chromium the browser tests run in: an installed one, else Playwright's download, else Debian's package.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installWithApt } from './apt.mjs'
import { run } from './run.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Present, and its shared libraries too. @param {string} file */
const starts = (file) => isExecutable(file) && spawnSync(file, ['--version'], { timeout: 60_000 }).status === 0

/** The first of the usual names on the PATH, or null. */
function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const files = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return files.find(starts) ?? null
}

/** The one that Playwright has downloaded, or null. */
async function ofPlaywright() {
  const { chromium } = await import('@playwright/test')
  const file = chromium.executablePath()
  return file !== '' && starts(file) ? file : null
}

/**
 * Without installing anything: `CHROMIUM_PATH`, the PATH, Playwright's download. Null when there is none.
 * @returns {Promise<string | null>}
 */
export async function findChromium() {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen === undefined || chosen === '') return onPath() ?? (await ofPlaywright())
  if (!starts(chosen)) throw new Error(`CHROMIUM_PATH is ${chosen}, but that does not run.`)
  return chosen
}

async function download() {
  console.log('No Chromium found: trying the download of Playwright.')
  await run('playwright', ['install', 'chromium'])
}

/** Finds or installs one; an error in one line says what to do when that fails. @returns {Promise<string>} */
export async function ensureChromium() {
  for (const install of [async () => {}, download, () => installWithApt('chromium')]) {
    await install()
    const file = await findChromium()
    if (file !== null) return file
  }
  throw new Error(
    'No Chromium: install `chromium` or Google Chrome, or set CHROMIUM_PATH to one (the browser tests run in it).',
  )
}
