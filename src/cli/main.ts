import { command } from './command.ts'
import { processIo } from './io.ts'

/** Not 1: a mistake in Ballast must not be taken for a broken rule. */
const EXIT_CRASH = 3

// `lab … | head`: nobody reads on, and that is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
process.on('uncaughtException', (error) => {
  console.error(error)
  process.exit(EXIT_CRASH)
})

process.exitCode = await command(process.argv.slice(2), processIo())
