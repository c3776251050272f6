import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { root } from './ensure.mjs'

/**
 * Runs a program, also one of an installed package, in the repository and shows its output.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Record<string, string>} env added to this process's environment
 * @returns {Promise<number>} the exit code; 127 when the program does not exist, 128 when a signal ended it
 */
export function run(program, args, env = {}) {
  const path = join(root, 'node_modules', '.bin') + delimiter + process.env.PATH
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: path, ...env },
    shell: process.platform === 'win32',
  })
  return new Promise((ended) => {
    child.once('error', () => ended(127))
    child.once('close', (code) => ended(code ?? 128))
  })
}
