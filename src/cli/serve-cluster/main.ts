import { createInterface } from 'node:readline'
import { BadInput } from '../bad-input.ts'
import { Fleet } from './fleet.ts'
import { readWanted, USAGE } from './shape.ts'
import { perform } from './verbs.ts'

const EXIT_BAD_INPUT = 2

const complain = (text: string) => process.stderr.write(`${text}\n`)

// Nobody reads on: the nodes serve their clients all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
process.on('uncaughtException', (error) => complain(error.stack ?? error.message))
process.on('unhandledRejection', (reason) => complain(String(reason)))

async function launch(): Promise<Fleet> {
  try {
    return await Fleet.launch(readWanted(process.argv.slice(2)), {
      seed: process.pid,
      nowMs: Date.now,
      onFault: complain,
    })
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    complain(error.lines.join('\n'))
    process.exit(EXIT_BAD_INPUT)
  }
}

async function serve(): Promise<void> {
  const fleet = await launch()
  const quit = () => void fleet.end().then(() => process.exit())
  process.on('SIGINT', quit).on('SIGTERM', quit)
  process.stdout.write('ready\n')
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue
    if (line.trim() === 'quit') {
      process.stdout.write('ok\n')
      quit()
      return
    }
    process.stdout.write(`${await perform(fleet, line)}\n`)
  }
}

if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) process.stdout.write(USAGE)
else await serve()
