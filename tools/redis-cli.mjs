// redis-cli for the tests of the cluster host: an installed one, else Debian's package.
import { spawnSync } from 'node:child_process'
import { installWithApt } from './apt.mjs'

const version = () => spawnSync('redis-cli', ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''

/** What it is, or that it is absent: then the tests that need it say so. @returns {Promise<string>} */
export async function ensureRedisCli() {
  if (version() === '') await installWithApt('redis-tools')
  return version() || 'redis-cli: absent, its tests will say so'
}
