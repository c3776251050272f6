// Completes package-lock.json. Packages with native parts name one optional package for each system; a registry mirror
// may lack those for other systems than its own, `npm install` then leaves them out of the lock file without a word,
// and `npm ci` refuses such a lock file everywhere. Run it after adding or updating a package there; tidy.test.ts
// notices when it is needed.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { root } from './ensure.mjs'

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} Locked
 * @typedef {{ packages: Record<string, Locked> }} Lock
 */

/** @param {Lock} lock @param {string} from @param {string} name as Node resolves: the nearest node_modules upwards */
function isLocked(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
  }
}

/** @param {Lock} lock @returns {{ name: string, version: string, parent: Locked }[]} optional packages without entry */
export function notLocked(lock) {
  return Object.entries(lock.packages).flatMap(([path, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(lock, path, name))
      .map(([name, version]) => ({ name, version, parent })),
  )
}

const SYSTEMS = /-(android|darwin|freebsd|linux|openbsd|openharmony|sunos|win32)-([a-z0-9]+)(?:-(gnu|musl))?/

/** What the name says about the system: `@rollup/rollup-linux-arm64-musl`. @param {string} name */
function systemOf(name) {
  const [, os, cpu, libc] = SYSTEMS.exec(name) ?? []
  return {
    cpu: cpu && [cpu],
    libc: libc && [libc === 'gnu' ? 'glibc' : 'musl'],
    os: os && [os],
  }
}

/** @param {Lock} lock */
function complete(lock) {
  for (const { name, version, parent } of notLocked(lock)) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name} is not pinned exactly by its parent: ${version}`)
    const { cpu, libc, os } = systemOf(name)
    // In npm's order of keys, so that its next install changes nothing.
    const entry = { version, cpu, dev: parent.dev, libc, optional: true, os }
    lock.packages[`node_modules/${name}`] = /** @type {Locked} */ (JSON.parse(JSON.stringify(entry)))
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lock, packages: Object.fromEntries(sorted) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = `${root}package-lock.json`
  const lock = /** @type {Lock} */ (JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(file, `${JSON.stringify(complete(lock), null, 2)}\n`)
}
