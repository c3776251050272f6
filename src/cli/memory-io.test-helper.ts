import { command } from './command.ts'
import { type Io, Unreadable } from './io.ts'

/** What a command did. */
export interface Ended {
  readonly exit: number
  readonly out: string
  readonly err: string
  /** The files as they are now, the given ones included. */
  readonly files: ReadonlyMap<string, string>
}

export interface Given {
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Width of a terminal; by default there is none. */
  readonly columns?: number
}

/** Runs a command line on files in memory, with one core and a clock that goes on 50 ms at each look. */
export async function lab(args: readonly string[], { files = {}, columns }: Given = {}): Promise<Ended> {
  const bytes = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  )
  const said = { out: '', err: '' }
  let nowMs = 0
  const io: Io = {
    columns: columns ?? null,
    cores: 1,
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    read(path, bytesMax) {
      const content = bytes.get(path)
      if (content === undefined) throw new Unreadable('there is no such file')
      if (content.length > bytesMax) throw new Unreadable(`larger than ${bytesMax} bytes`)
      return content
    },
    create(path) {
      if (path.startsWith('read-only/')) throw new Unreadable('not permitted')
      let written = ''
      return {
        write(text) {
          written += text
        },
        close() {
          bytes.set(path, new TextEncoder().encode(written))
        },
      }
    },
    nowMs: () => (nowMs += 50),
  }
  const exit = await command(args, io)
  const texts = [...bytes].map(([path, content]) => [path, new TextDecoder().decode(content)] as const)
  return { exit, ...said, files: new Map(texts) }
}

/** A short run in which nothing goes wrong. */
export const CALM = '# A calm run\nlab raft\nseed 7\nset load 20/s\nat 1s client c1 put x 1\nuntil 3s\n'

/** A mistake planted in every node: the commit index may fall, which the judge of Figure 2 must see under any seed. */
export const PLANTED = `lab raft
seed 3
set fault commit-index-falls
set clients 4
set load 50/s
set delay 1ms..60ms
until 5s
`
