// Packages of Debian that only the tests need, where this may install them.
import { spawnSync } from 'node:child_process'
import { run } from './run.mjs'

/** Installs a package when this is root on a Debian; else, and on failure, nothing happens. @param {string} name */
export async function installWithApt(name) {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || spawnSync('apt-get', ['--version']).status !== 0) return
  console.log(`Installing Debian's ${name}.`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  if ((await run('apt-get', ['update', '-q'], env)) !== 0) return
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], env)
}
