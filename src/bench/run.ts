import { availableParallelism, cpus, loadavg } from 'node:os'
import { page } from './page.ts'
import { size } from './size.ts'
import { runBuilt } from './support/bundle.ts'

// `npm run bench` measures and prints one JSON object; `npm run bench -- kernel size` measures only these.

const BENCHES: Readonly<Record<string, () => object | Promise<object>>> = {
  kernel: () => runBuilt(new URL('./kernel.ts', import.meta.url)),
  cluster: () => runBuilt(new URL('./cluster.ts', import.meta.url)),
  floating: () => runBuilt(new URL('./floating.ts', import.meta.url)),
  flow: () => runBuilt(new URL('./flow.ts', import.meta.url)),
  linearizability: () => runBuilt(new URL('./linearizability.ts', import.meta.url)),
  size,
  page,
}

const names = Object.keys(BENCHES)
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; expected ${names.join(', ')}`)
  process.exit(2)
}
const results: Record<string, object> = {
  machine: {
    node: process.versions.node,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? '',
    // Other work on the machine when the measurement began: above a few tenths the figures are too bad.
    loadBefore: loadavg()[0],
  },
}
for (const name of asked.length === 0 ? names : asked) {
  console.error(`${name} …`)
  results[name] = await BENCHES[name]!()
}
console.log(JSON.stringify(results, null, 2))
