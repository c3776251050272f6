import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CALM, lab, PLANTED } from './memory-io.test-helper.ts'
import { batches } from './pool.ts'
import { SEEDS_MAX, type Seeds, shardOf } from './seeds.ts'

const files = { 'calm.lab': CALM, 'my planted.lab': PLANTED }

it('says that all seeds held, and ends with 0', async () => {
  const { exit, out, err } = await lab(['sweep', 'calm.lab', '--seeds', '1..20', '--until', '1s'], { files })
  expect(exit).toBe(0)
  expect(out).toMatch(/^seeds 1\.\.20 to 1s: all rules held \(20 runs, \d+ events\)\n/)
  // Plain lines where nobody watches, one for each tenth.
  expect(err).toMatch(/^(\d+\/20 seeds, 0 failing\n){10}$/)
  expect(err).toContain('20/20 seeds')
})

it('tells what the runs measured: mean, its confidence interval and the range over the seeds', async () => {
  const alone = await Promise.all(
    [1, 2, 3].map((seed) => lab(['run', 'calm.lab', '--seed', String(seed), '--until', '1s', '--json'], { files })),
  )
  const values = alone.map(({ out }) => {
    const { measures } = JSON.parse(out) as { measures: { id: string; value: number }[] }
    return measures.find(({ id }) => id === 'messages')!.value
  })
  const mean = values.reduce((sum, value) => sum + value, 0) / 3
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2 / 3)
  const { out } = await lab(['sweep', 'calm.lab', '--seeds', '1..3', '--until', '1s', '--json'], { files })
  const found = (JSON.parse(out) as { measures: { id: string; n: number; mean: number; halfWidth95: number }[] })
    .measures
  const messages = found.find(({ id }) => id === 'messages')!
  expect(messages.n).toBe(3)
  expect(messages.mean).toBeCloseTo(mean, 9)
  expect(messages.halfWidth95).toBeCloseTo(1.96 * error, 9)
  const text = await lab(['sweep', 'calm.lab', '--seeds', '1..3', '--until', '1s'], { files })
  expect(text.out).toMatch(/^Messages sent +[\d.]+ ± [\d.]+ \/s \([\d.]+ to [\d.]+, n = 3\)$/m)
})

it('prints every failing seed with instant, rule, explanation and the command that shows it', async () => {
  const { exit, out } = await lab(['sweep', 'my planted.lab', '--seeds', '3..5', '--until', '4s'], { files })
  expect(exit).toBe(1)
  const blocks = out.split(/^(?=seed )/m)
  expect(blocks.map((block) => /^seed \d+/.exec(block)?.[0])).toEqual(['seed 3', 'seed 4', 'seed 5'])
  for (const [at, block] of blocks.entries()) {
    expect(block).toMatch(/^seed \d broke at \S+, event \d+: Commit index \(/)
    expect(block).toMatch(/^ {4}the commit index of n\d fell/m)
    expect(block).toContain(`    npm run -s lab -- run 'my planted.lab' --seed ${at + 3} --until 4s\n`)
  }
  expect(out).toMatch(/seeds 3\.\.5 to 4s: a rule broke under 3 /)
})

it('finds under a seed what run finds under it', async () => {
  const swept = await lab(['sweep', 'my planted.lab', '--seeds', '3..4', '--json'], { files })
  const report = JSON.parse(swept.out)
  expect(report).toMatchObject({
    lab: 'raft',
    seeds: { first: 3, count: 2 },
    shard: null,
    ran: 2,
    failed: 2,
    held: false,
  })
  for (const { seed, rules } of report.failures) {
    const alone = JSON.parse((await lab(['run', 'my planted.lab', '--seed', `${seed}`, '--json'], { files })).out)
    const [verdict] = alone.verdicts.filter((each: { holds: boolean }) => !each.holds)
    expect(rules).toEqual([{ id: verdict.id, title: verdict.title, source: verdict.source, ...verdict.broken }])
  }
})

it('gives the same report on several processes as on one', async () => {
  const args = ['sweep', 'my planted.lab', '--seeds', '1..30', '--json']
  const one = await lab([...args, '--jobs', '1'], { files })
  const three = await lab([...args, '--jobs', '3'], { files })
  expect(three.exit).toBe(1)
  expect(three.out).toBe(one.out)
})

it('says which seeds came to no end, with line and column, and ends with 2', async () => {
  const text = 'lab raft\nat 1s drop m99999\nuntil 2s\n'
  const { exit, out, err } = await lab(['sweep', 'x.lab', '--seeds', '8'], { files: { 'x.lab': text } })
  expect(exit).toBe(2)
  expect(err).toContain('x.lab:2:7: seed 8: m99999 is not in flight now')
  expect(out).toMatch(/^seed 8 to 2s: 1 came to no end \(1 runs, \d+ events\)\n$/)
})

it('shows a bar on a terminal and wipes it', async () => {
  const args = ['sweep', 'calm.lab', '--seeds', '1..20', '--until', '1s']
  const { err } = await lab(args, { files, columns: 100 })
  expect(err).toMatch(/\[#+-+\] \d+% \d+\/20 seeds, 0 failing/)
  expect(err.endsWith('\r\x1b[K')).toBe(true)
})

it('sweeps one shard, and an empty one', async () => {
  const args = ['sweep', 'calm.lab', '--seeds', '1..10', '--until', '100ms', '--json']
  const second = JSON.parse((await lab([...args, '--shard', '2/3'], { files })).out)
  expect(second).toMatchObject({ shard: '2/3', seeds: { first: 4, count: 3 }, ran: 3 })
  const { exit, out } = await lab(['sweep', 'calm.lab', '--seeds', '1..2', '--shard', '1/3'], { files })
  expect({ exit, out }).toEqual({ exit: 0, out: 'this shard has no seeds\n' })
})

const seedsOf = ({ first, count }: Seeds) => Array.from({ length: count }, (_, at) => first + at)

it('shards are disjoint, complete, in order, and of equal size but for one', () => {
  const range = fc.record({ first: fc.nat(1_000_000), count: fc.integer({ min: 1, max: 300 }) })
  fc.assert(
    fc.property(range, fc.integer({ min: 1, max: 40 }), (seeds, of) => {
      const parts = Array.from({ length: of }, (_, at) => shardOf(seeds, { part: at + 1, of }))
      expect(parts.flatMap(seedsOf)).toEqual(seedsOf(seeds))
      const sizes = parts.map(({ count }) => count)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
  )
})

it('shards of the largest range still meet exactly', () => {
  const seeds = { first: Number.MAX_SAFE_INTEGER - SEEDS_MAX + 1, count: SEEDS_MAX }
  const of = 99_991
  let next = seeds.first
  for (let part = 1; part <= of; part++) {
    const shard = shardOf(seeds, { part, of })
    if (shard.first !== next) expect.fail(`part ${part} begins at ${shard.first}, not at ${next}`)
    next += shard.count
  }
  expect(next).toBe(seeds.first + seeds.count)
})

it('batches hand out every seed once, in order', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 16 }),
      (first, count, jobs) => {
        const next = batches({ first, count }, jobs)
        const seen: number[] = []
        for (let batch = next(); batch !== null; batch = next()) {
          expect(batch.count).toBeGreaterThan(0)
          seen.push(...seedsOf(batch))
        }
        expect(seen).toEqual(seedsOf({ first, count }))
      },
    ),
  )
})

it.each([
  [['--seeds', '9..3'], '--seeds 9..3: expected the smaller seed first\n'],
  [['--seeds', '1-9'], '--seeds 1-9: expected a range of seeds such as 1..1000\n'],
  [['--seeds', '1..2..3'], '--seeds 1..2..3: expected a range of seeds such as 1..1000\n'],
  [['--seeds', '0..1000000000'], `--seeds 0..1000000000: expected at most ${SEEDS_MAX} seeds\n`],
  [['--seeds', '1..9', '--shard', '9/8'], '--shard 9/8: expected PART/PARTS such as 2/8, from 1/8 to 8/8\n'],
  [['--seeds', '1..9', '--shard', '0/8'], '--shard 0/8: expected PART/PARTS such as 2/8, from 1/8 to 8/8\n'],
  [['--seeds', '1..9', '--shard', '1/0'], '--shard 1/0: expected PART/PARTS such as 2/8, from 1/8 to 8/8\n'],
  [['--seeds', '1..9', '--jobs', '0'], '--jobs 0: expected an integer from 1 to 256\n'],
  [[], 'sweep needs --seeds, such as --seeds 1..1000\n'],
])('refuses %j', async (options, message) => {
  expect(await lab(['sweep', 'calm.lab', ...options], { files })).toMatchObject({ exit: 2, out: '', err: message })
})
