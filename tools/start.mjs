// `npm start`: installs what is missing, builds the site and serves it as any static host would. (`npm run dev` serves
// the sources instead and reloads on change.)
import { ensurePackages, root } from './ensure.mjs'
import { run } from './run.mjs'
import { startStaticServer } from './static-server.mjs'

const PORT_DEFAULT = 4747
/** When the port is taken, the next ones are tried. */
const PORTS_TRIED = 20

const first = Number(process.env.PORT ?? PORT_DEFAULT)
if (!Number.isInteger(first) || first < 0 || first > 65_535) {
  console.error(`PORT must be a port number from 0 to 65535, not ${process.env.PORT}.`)
  process.exit(1)
}
ensurePackages()
console.log('Building the site…')
if ((await run('vite', ['build', '--logLevel', 'warn'])) !== 0) process.exit(1)

/** @param {number} port */
async function serve(port) {
  try {
    return await startStaticServer({ folder: `${root}dist`, port })
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!taken || port >= first + PORTS_TRIED) throw error
    return serve(port + 1)
  }
}

const { url } = await serve(first)
console.log(`\n  Ballast is ready: ${url}\n\n  Ctrl+C stops it.\n`)
