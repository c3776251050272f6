import { runBatch, type SweepTask } from './sweep-batch.ts'

// One process of a sweep: the first message is the task, every later one a batch of seeds. It ends with its parent.
let task: SweepTask | null = null
process.on('message', (message) => {
  if (task === null) task = message as SweepTask
  else process.send!(runBatch(task, message as Parameters<typeof runBatch>[1]))
})
