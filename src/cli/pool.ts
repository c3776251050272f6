import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Seeds } from './seeds.ts'
import { type BatchResult, runBatch, type SweepTask } from './sweep-batch.ts'

const WORKER = fileURLToPath(new URL('./sweep-worker.ts', import.meta.url))
/** `--import tsx` is looked up from here. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Few enough that the progress moves and the last core is not left alone with a long tail. */
const BATCH_MAX = 16
const BATCHES_LEFT_PER_JOB = 8

/** Takes seeds from the front: large batches first, single ones at the end. Null when none is left. */
export function batches({ first, count }: Seeds, jobs: number): () => Seeds | null {
  let next = first
  let left = count
  return () => {
    if (left === 0) return null
    const size = Math.max(1, Math.min(BATCH_MAX, Math.floor(left / (jobs * BATCHES_LEFT_PER_JOB))))
    const batch = { first: next, count: size }
    next += size
    left -= size
    return batch
  }
}

/**
 * Runs all seeds on `jobs` processes (one: in this one) and tells of every batch. Processes, not threads: tsx does not
 * reach into worker threads in Node 20, and a process starts as fast.
 */
export async function runSeeds(task: SweepTask, seeds: Seeds, jobs: number, tell: (result: BatchResult) => void) {
  const next = batches(seeds, jobs)
  if (jobs === 1) {
    for (let batch = next(); batch !== null; batch = next()) tell(runBatch(task, batch))
    return
  }
  const children = Array.from({ length: jobs }, startChild)
  try {
    await Promise.all(children.map((child) => serve(child, task, next, tell)))
  } finally {
    for (const child of children) child.kill()
  }
}

const startChild = (): ChildProcess =>
  fork(WORKER, [], {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

function serve(child: ChildProcess, task: SweepTask, next: () => Seeds | null, tell: (result: BatchResult) => void) {
  return new Promise<void>((done, failed) => {
    const more = () => {
      const batch = next()
      if (batch === null) done()
      else child.send(batch)
    }
    child.on('error', failed)
    child.on('exit', (code, signal) => failed(new Error(`a process of the sweep ended (${signal ?? code})`)))
    child.on('message', (result) => {
      tell(result as BatchResult)
      more()
    })
    child.send(task)
    more()
  })
}
