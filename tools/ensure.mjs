// Installs the npm packages when they are missing or are not the ones of the lock file. Every npm script starts here,
// so that each of them works right after `git clone`. Needs nothing but Node.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** The oldest Node that Vite and the runner work with: `engines` of package.json. */
const NODE_MIN = { major: 20, minor: 19 }

/** @param {string} version as in `process.versions.node` */
export function nodeIsTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < NODE_MIN.major || (major === NODE_MIN.major && minor < NODE_MIN.minor)
}

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked
 * @typedef {{ packages: Record<string, Locked> }} Lock
 */

/**
 * The first package of the lock file that is not installed in its version, or null. Optional packages (native builds
 * for other systems) may be absent.
 * @param {Lock} lock package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json, which npm writes at the end of an install
 */
export function firstMissing(lock, installed) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === '') continue
    const found = installed.packages[path]
    if (found === undefined ? !(wanted.optional || wanted.devOptional) : found.version !== wanted.version) return path
  }
  return null
}

/** @param {string} path relative to the repository */
const readLock = (path) => /** @type {Lock} */ (JSON.parse(readFileSync(root + path, 'utf8')))

/** Why an install is needed, or null. */
function reasonToInstall() {
  const marker = 'node_modules/.package-lock.json'
  if (!existsSync(root + marker)) return 'the packages are missing'
  const missing = firstMissing(readLock('package-lock.json'), readLock(marker))
  return missing === null ? null : `${missing} is missing or has another version`
}

/** Leaves the process with a one-line reason when the packages cannot be there. */
export function ensurePackages() {
  if (nodeIsTooOld(process.versions.node)) {
    console.error(
      `Ballast needs Node ${NODE_MIN.major}.${NODE_MIN.minor} or newer; this is Node ${process.versions.node}.`,
    )
    process.exit(1)
  }
  const reason = reasonToInstall()
  if (reason === null) return
  // On stderr: the output of `npm run -s lab` belongs to the runner.
  console.error(`Installing packages: ${reason}.`)
  const args = ['ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']
  const npm = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (npm.status !== 0) {
    console.error('`npm ci` failed: see its message above. A network connection is needed once.')
    process.exit(1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensurePackages()
