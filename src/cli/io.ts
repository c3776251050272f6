import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

/** What a command may touch of the outside. Tests give one that lives in memory. */
export interface Io {
  /** Width of the terminal that shows progress; null when nobody watches. */
  readonly columns: number | null
  readonly cores: number
  out(text: string): void
  err(text: string): void
  /** The bytes of a file, `-` for standard input. Throws {@link Unreadable}. */
  read(path: string, bytesMax: number): Uint8Array
  /** A new or emptied file. Throws {@link Unreadable}. */
  create(path: string): Output
  /** Milliseconds of a clock that only runs forward: for the speed and the rest of a progress bar. */
  nowMs(): number
}

/** A file that is being written. */
export interface Output {
  write(text: string): void
  close(): void
}

/** A file that cannot be read or written. Its message says why, without the name. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** How a file is called in messages. */
export const nameOf = (path: string): string => (path === '-' ? 'standard input' : path)

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'the disk is full',
}

function unreadable(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new Unreadable(REASONS[code ?? ''] ?? message)
}

const CHUNK_BYTES = 1 << 16
const STANDARD_INPUT = 0

function readAll(file: number, bytesMax: number): Uint8Array {
  const chunks: Buffer[] = []
  let size = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const count = readSome(file, chunk)
    if (count === 0) return Buffer.concat(chunks, size)
    size += count
    if (size > bytesMax) throw new Unreadable(`larger than ${bytesMax} bytes`)
    chunks.push(chunk.subarray(0, count))
  }
}

/** A pipe that its writer has not filled yet says EAGAIN; a closed one says EOF on some systems. */
function readSome(file: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(file, chunk)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

function readFile(path: string, bytesMax: number): Uint8Array {
  try {
    if (path === '-') return readAll(STANDARD_INPUT, bytesMax)
    const file = openSync(path, 'r')
    try {
      if (fstatSync(file).isDirectory()) throw new Unreadable(REASONS.EISDIR)
      return readAll(file, bytesMax)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw unreadable(error)
  }
}

/** Text is collected up to this many characters before it goes to the disk. */
const BUFFERED_MAX = 1 << 18

function createFile(path: string): Output {
  try {
    const file = openSync(path, 'w')
    let waiting = ''
    const flush = () => {
      // One call may take only a part of it: a pipe, a full disk.
      for (let rest = Buffer.from(waiting); rest.length > 0; ) rest = rest.subarray(writeSync(file, rest))
      waiting = ''
    }
    return {
      write(text) {
        waiting += text
        if (waiting.length > BUFFERED_MAX) flush()
      },
      close() {
        flush()
        closeSync(file)
      },
    }
  } catch (error) {
    throw unreadable(error)
  }
}

/** For a terminal that does not tell its width. */
const COLUMNS_USUAL = 80

/** The process as it is. npm runs scripts in the folder of the package: paths are meant from where it was called. */
export function processIo(): Io {
  const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env
  const base = script === 'lab' && calledFrom !== undefined ? calledFrom : process.cwd()
  const place = (path: string) => (path === '-' ? path : resolve(base, path))
  return {
    columns: process.stderr.isTTY ? process.stderr.columns || COLUMNS_USUAL : null,
    cores: availableParallelism(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    read: (path, bytesMax) => readFile(place(path), bytesMax),
    create: (path) => createFile(place(path)),
    nowMs: () => performance.now(),
  }
}
