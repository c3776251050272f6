import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const VITE = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url))

/** Builds with the project's own configuration into `.cache/NAME`, and returns that folder. */
export function build(name: string, ...options: readonly string[]): string {
  const folder = `${ROOT}.cache/${name}`
  const args = [VITE, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn', ...options]
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', process.stderr, process.stderr] })
  return folder
}

/**
 * Calls the function of a benchmark (`kernel` of `kernel.ts`) in a process of its own, built as the site's worker is
 * built: tsx would add its cost to every function that is created, and one measurement would warm the other.
 */
export function runBuilt(file: URL): object {
  const name = basename(file.pathname, '.ts')
  const folder = build(`bench-${name}`, '--ssr', fileURLToPath(file))
  const program = `const { ${name} } = await import(${JSON.stringify(`${folder}/${name}.js`)})
    process.stdout.write(JSON.stringify(await ${name}()))`
  const args = ['--expose-gc', '--input-type=module', '-e', program]
  const env = { ...process.env, NODE_OPTIONS: '' }
  const output = execFileSync(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(output.toString()) as object
}
