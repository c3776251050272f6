// A plain static file server without dependencies: what any host of the built site does, and no more. The browser
// tests put the site under a sub-path with it; `npm start` shows the site with it.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'

/** @type {Record<string, string>} */
const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/**
 * The file that a request means: `index.html` for a folder, null when there is none inside `folder`.
 * @param {string} folder absolute
 * @param {string} path decoded, relative to the folder
 * @returns {Promise<string | null>}
 */
async function fileOf(folder, path) {
  const file = resolve(folder, path)
  if (file !== folder && !file.startsWith(folder + sep)) return null
  const info = await stat(file).catch(() => null)
  if (info === null) return null
  return info.isDirectory() ? fileOf(folder, join(path, 'index.html')) : file
}

/**
 * The path below `prefix`, decoded; null when the address is outside or malformed.
 * @param {string} url
 * @param {string} prefix
 */
function pathBelow(url, prefix) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://host').pathname)
    return path.startsWith(prefix) ? path.slice(prefix.length) : null
  } catch {
    return null
  }
}

/**
 * Serves `folder` under `prefix` on this machine only.
 * @param {{ folder: string, prefix?: string, port?: number }} options `prefix` begins and ends with `/`; port 0 (the
 *   default) takes a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} rejects with the code EADDRINUSE when the port is taken
 */
export function startStaticServer({ folder, prefix = '/', port = 0 }) {
  const server = createServer(async (request, response) => {
    const path = pathBelow(request.url ?? '/', prefix)
    const file = path === null ? null : await fileOf(resolve(folder), path)
    if (file === null) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
      return
    }
    const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' })
    if (request.method === 'HEAD') response.end()
    else createReadStream(file).pipe(response)
  })
  return new Promise((started, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address())
      started({
        url: `http://localhost:${address.port}${prefix}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
