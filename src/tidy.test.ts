import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { notLocked } from '../tools/complete-lock.mjs'
import { firstMissing, nodeIsTooOld, root } from '../tools/ensure.mjs'
import { repositoryFiles } from '../tools/tidy/files.ts'
import { LAB_EXTRAS } from '../tools/tidy/lab-extras.ts'
import {
  type Ban,
  type BannedText,
  checkArchitecture,
  checkBans,
  checkBenchKeys,
  checkDocs,
  checkImports,
  checkLabShape,
  checkLock,
  checkSize,
  checkTest,
  checkTexts,
  LAB_SHAPE,
  roomOf,
  show,
  type Table,
  type Violation,
} from '../tools/tidy/rules.ts'
import { parseSource } from '../tools/tidy/source.ts'

// The rules of the repository. The tables below are meant to be read; each checker is proven on a planted violation.

const WORLD = [
  'base',
  'machine',
  'protocols',
  'physics',
  'physics shared',
  'sim',
  'live',
  'check',
  'experiment',
  'engine',
  'engine shared',
]
const LAB_CORE = ['labs contract', 'labs content', 'labs worker']

const TABLE: Table = {
  rooms: [
    { name: 'tidy', files: /^src\/tidy\.test\.ts$/, imports: ['tools'], reason: 'reads the repository' },
    { name: 'tools', files: /^tools\//, imports: [], reason: 'holds the checkers; not part of the site' },
    { name: 'base', files: /^src\/base\//, imports: [], reason: 'the ground: everything stands on it' },
    { name: 'machine', files: /^src\/machine\//, imports: ['base'], reason: 'a contract, no implementation' },
    {
      name: 'physics shared',
      files: /^src\/physics\/motion\.ts$/,
      imports: ['base'],
      reason: 'motion at an instant: what the worker measures and the page draws are the same numbers',
    },
    {
      name: 'physics',
      files: /^src\/physics\//,
      imports: ['base', 'physics shared'],
      reason: 'formulas know no runtime',
    },
    {
      name: 'protocols',
      files: /^src\/protocols\//,
      imports: ['base', 'machine'],
      reason: 'a protocol runs unchanged in the simulator and in live workers, so it knows neither',
    },
    {
      name: 'sim',
      files: /^src\/sim\//,
      imports: ['base', 'machine'],
      reason: 'the simulator never names a protocol, nor the other runtime',
    },
    {
      name: 'live',
      files: /^src\/live\//,
      imports: ['base', 'machine'],
      reason: 'the live runtime never names a protocol, nor the other runtime',
    },
    {
      name: 'check',
      files: /^src\/check\//,
      imports: ['base', 'machine', 'sim'],
      reason: 'judges histories and explores worlds of any protocol',
    },
    {
      name: 'experiment',
      files: /^src\/experiment\//,
      imports: ['base', 'machine'],
      npm: ['fflate'],
      reason: 'the text form works in the page, the worker, the runner and tests; fflate packs links',
    },
    {
      name: 'engine shared',
      files: /^src\/engine\/(api|frame-port|frame)\.ts$/,
      imports: ['base'],
      types: ['machine', 'sim', 'live', 'check', 'experiment', 'engine'],
      reason: 'what both sides of the worker boundary agree on: its values end up in the page',
    },
    {
      name: 'engine client',
      files: /^src\/engine\/client\//,
      imports: ['base', 'engine shared'],
      types: ['experiment'],
      npm: ['comlink'],
      reason: 'the page has no world: it asks the worker',
    },
    {
      name: 'engine',
      files: /^src\/engine\//,
      imports: ['base', 'machine', 'sim', 'live', 'check', 'experiment', 'engine shared'],
      npm: ['comlink'],
      reason: 'runs the world of any lab in a worker',
    },
    {
      name: 'viz',
      files: /^src\/viz\//,
      imports: ['base'],
      npm: ['d3'],
      reason: 'draws; no React, no lab, no store',
    },
    {
      name: 'ui',
      files: /^src\/ui\//,
      imports: ['base', 'viz'],
      npm: [
        'react',
        'react-dom',
        '@xterm/',
        '@base-ui/react',
        '@fontsource-variable/',
        'cmdk',
        'lucide-react',
        'react-resizable-panels',
      ],
      reason: 'the only room that knows the component libraries; no lab, no engine',
    },
    {
      name: 'stage',
      files: /^src\/stage\//,
      imports: ['base', 'ui', 'viz', 'engine client', 'engine shared'],
      types: ['experiment'],
      npm: ['react', 'lucide-react'],
      reason: 'pointing, menus, links and lists of every stage of actors; it knows no lab: a lab brings its kit',
    },
    {
      name: 'labs contract',
      files: /^src\/labs\/[^/]+\/(contract|frame)\.ts$/,
      imports: ['base'],
      types: ['*'],
      reason: 'shared by worker and view: its values end up in the page',
    },
    {
      name: 'labs view',
      files: /^src\/labs\/[^/]+\/view\//,
      imports: [
        'base',
        'physics shared',
        'ui',
        'viz',
        'stage',
        'engine client',
        'engine shared',
        'labs contract',
        'labs real page',
      ],
      types: ['*'],
      npm: ['react', 'zustand', 'd3', 'lucide-react', 'three', '@react-three/fiber', 'comlink'],
      reason: 'a view shows frames and sends acts; the protocol and the simulator stay in the worker',
    },
    {
      name: 'labs manifest',
      files: /^src\/labs\/[^/]+\/manifest\.ts$/,
      imports: ['labs types', 'labs view', 'labs content'],
      reason: 'what the home page loads of a lab: everything heavy behind a dynamic import',
    },
    {
      name: 'labs content',
      files: /^src\/labs\/[^/]+\/(lessons\/cards|content|scenarios|first-task|openings)\.ts/,
      imports: ['base', 'labs contract'],
      types: ['*'],
      reason: 'texts that the guide lists: no world in them',
    },
    {
      name: 'labs real workers',
      files: /^src\/labs\/[^/]+\/real\/(pipes\/|[^/]+\.worker\.ts$)/,
      imports: ['base', 'labs real shared'],
      npm: ['rxjs'],
      reason: 'real workers joined by the platform itself: no world, no engine; rxjs is what is shown',
    },
    {
      name: 'labs real page',
      files: /^src\/labs\/[^/]+\/real\/(run\.ts|.*\.tsx)$/,
      imports: ['base', 'ui', 'viz', 'labs real shared'],
      npm: ['react', 'lucide-react'],
      reason: 'starts, asks, shows and ends the real workers; what it shows was never simulated',
    },
    {
      name: 'labs real shared',
      files: /^src\/labs\/[^/]+\/real\//,
      imports: ['base'],
      reason: 'plans, limits and pictures of real runs as plain data, for the page and its workers',
    },
    {
      name: 'labs worker',
      files: /^src\/labs\/[^/]+\//,
      imports: [...WORLD, 'labs contract', 'labs content'],
      npm: ['yaml', 'comlink'],
      reason: 'where a protocol, a runtime and the engine meet; yaml reads design files, comlink answers the page',
    },
    {
      name: 'labs types',
      files: /^src\/labs\/(manifest|content)\.ts$/,
      imports: [],
      types: ['base', 'experiment', 'engine client', 'engine shared'],
      npm: ['react'],
      reason: 'what the app may know of any lab',
    },
    {
      name: 'labs registry',
      files: /^src\/labs\/[^/]+\.ts$/,
      imports: ['labs types', 'labs manifest'],
      reason: 'one line a lab, so that a lab is deleted with its folder and its line',
    },
    {
      name: 'app',
      files: /^src\/app\//,
      imports: ['base', 'ui', 'viz', 'engine client', 'engine shared', 'experiment', 'labs registry', 'labs types'],
      npm: [
        'react',
        'react-dom',
        'zustand',
        'wouter',
        'cmdk',
        'comlink',
        'marked',
        'lucide-react',
        'react-resizable-panels',
        '@base-ui/react',
        'virtual:pwa-register',
      ],
      reason: 'the frame around any lab: it knows labs by the registry only',
    },
    {
      name: 'main',
      files: /^src\/main\.tsx$/,
      imports: ['app', 'ui'],
      npm: ['react', 'react-dom', '@fontsource-variable/', 'virtual:pwa-register'],
      reason: 'the entry of the page',
    },
    {
      name: 'cli',
      files: /^src\/cli\//,
      imports: [...WORLD, ...LAB_CORE],
      npm: ['node:'],
      reason: 'the worlds without a screen',
    },
    {
      name: 'bench',
      files: /^src\/bench\//,
      imports: [...WORLD, ...LAB_CORE, 'viz', 'tools'],
      npm: ['node:', 'simscript', '@playwright/test'],
      reason: 'measures the worlds, beside simscript as a yardstick, and the built page as the browser tests find it',
    },
  ],
  // Nothing imports these: the shell, the entry, the two programs of the command line, the rules.
  closed: ['app', 'main', 'cli', 'bench', 'tidy', 'tools'],
  families: ['src/labs/', 'src/protocols/'],
  // A test may drive its subject with the real simulator, checker and protocol.
  inTests: {
    imports: [...WORLD, 'engine client', ...LAB_CORE],
    npm: ['vitest', 'fast-check', 'node:', 'ioredis', 'redis'],
  },
}

/** Where the world is decided: it must be the same in every engine, on every machine, at every run. */
const DECIDING = ['base', 'machine', 'protocols', 'sim', 'check', 'experiment', 'engine', 'engine shared']
const PURE = [...DECIDING, 'physics', ...LAB_CORE, 'labs real shared']

const BANS: readonly Ban[] = [
  {
    name: 'randomness',
    pattern: /\bMath\.random\b|\bcrypto\.(getRandomValues|randomUUID)\b/,
    rooms: ['*'],
    inTests: true,
    reason: 'chance comes from a seeded stream (base/prng.ts), or the run cannot be repeated',
  },
  {
    name: 'clock',
    pattern: /\bDate\b|\bperformance\b/,
    rooms: PURE,
    inTests: true,
    reason: 'the world has virtual time; tests assert no real one',
    except: { 'src/engine/serve.ts': 'the rim of the worker: it turns real time into a budget of events' },
  },
  {
    name: 'timers',
    pattern: /\b(setTimeout|setInterval|setImmediate|requestIdleCallback)\b/,
    rooms: ['*'],
    butNot: ['live', 'labs real workers'],
    inTests: true,
    reason: 'no timer outside live/: the world has virtual time, the screen has viz/scheduler.ts',
    except: { 'src/labs/flow/real/run.ts': 'asks real workers, and ends them while nobody looks: frames stop then' },
  },
  {
    name: 'floats',
    pattern: /\bMath\.(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log2|log10|log1p|pow|sqrt|cbrt|hypot)\b|\*\*/,
    rooms: DECIDING,
    inTests: false,
    reason: 'implementation-approximated: two engines may decide differently',
    except: {
      'src/protocols/cluster/scripting/interpreter.ts': 'x ^ 0.5 of a script: the correctly rounded root everywhere',
      'src/protocols/cluster/scripting/library.ts': 'math.sqrt of a script: the correctly rounded root everywhere',
    },
  },
  {
    name: 'locale',
    pattern: /\b(localeCompare|toLocale\w*|Intl)\b/,
    rooms: PURE,
    inTests: false,
    reason: 'depends on the language of the machine',
  },
  {
    name: 'async',
    pattern: /\b(async|await|Promise)\b/,
    rooms: PURE,
    butNot: ['engine shared'],
    inTests: false,
    reason: 'nothing in the core waits: a step is a function',
    except: { 'src/engine/serve.ts': 'the rim of the worker: comlink calls are promises' },
  },
  {
    name: 'frames',
    pattern: /\brequestAnimationFrame\b/,
    rooms: ['*'],
    inTests: true,
    reason: 'there is one: viz/scheduler.ts, so that reading, drawing and pulling happen in order',
    except: { 'src/viz/scheduler.ts': 'it is the one' },
  },
  {
    name: 'console',
    pattern: /\bconsole\b/,
    rooms: ['*'],
    butNot: ['cli', 'bench'],
    inTests: true,
    reason: 'what a person must know stands on the page',
  },
  {
    name: 'default exports',
    pattern: /\bexport\s+default\b|\bas\s+default\b/,
    rooms: ['*'],
    inTests: true,
    reason: 'a thing has one name',
  },
]

// Written in pieces, so that this file does not contain what it bans.
const either = (...words: readonly string[]) => words.join('|')
const TEXTS: readonly BannedText[] = [
  {
    name: 'leftovers',
    pattern: new RegExp(`\\b(${either('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK')})\\b`),
    reason: 'do it, or open an issue',
  },
  {
    name: 'machine paths',
    pattern: new RegExp(`(^|[\\s'"\`(=:,])/(${either('work', 'home', 'root', 'Users', 'mnt', 'tmp')})/`),
    reason: 'the path of one machine',
  },
  {
    name: 'workplace',
    pattern: new RegExp(either('\\.lib' + 'rary\\b', '\\.\\./sha' + 'red\\b', 'npm' + 'js\\.(org|com)')),
    reason: 'names a place that readers do not have',
  },
]

/** Files of `src/bench` that measure nothing themselves. */
const BENCH_HELPERS = ['run']

const FILES = repositoryFiles()
const read = (path: string) => readFileSync(root + path, 'utf8')
const SOURCES = FILES.filter((path) => /^src\/.*\.tsx?$/.test(path)).map((path) => parseSource(path, read(path)))
const SPECS = FILES.filter((path) => /^e2e\/.*\.ts$/.test(path)).map((path) => parseSource(path, read(path)))
const CODE = [
  ...SOURCES,
  ...SPECS,
  ...FILES.filter((path) => /^tools\/.*\.(ts|mjs)$/.test(path)).map((path) => parseSource(path, read(path))),
]

function expectNone(violations: readonly Violation[]): void {
  if (violations.length > 0) expect.fail(`${violations.length} found:\n${violations.map(show).join('\n')}`)
}

describe('the repository keeps its rules', () => {
  test('every file of src is in a room, and imports only what its room may', () => {
    expectNone(SOURCES.flatMap((source) => checkImports(source, TABLE)))
  })

  test('no row of the table names a room that does not exist', () => {
    const names = TABLE.rooms.map(({ name }) => name)
    const named = TABLE.rooms.flatMap(({ imports, types = [] }) => [...imports, ...types])
    const used = [...named, ...TABLE.closed, ...TABLE.inTests.imports, ...BANS.flatMap(({ rooms }) => rooms)]
    expect(used.filter((name) => name !== '*' && !names.includes(name))).toEqual([])
  })

  test('no code contains what its room forbids', () => {
    expectNone(SOURCES.flatMap((source) => checkBans(source, BANS, TABLE)))
  })

  test('every exception names a file that exists', () => {
    const excepted = BANS.flatMap(({ except = {} }) => Object.keys(except))
    expect(excepted.filter((path) => !FILES.includes(path))).toEqual([])
  })

  test('every test runs, and none sleeps', () => {
    expectNone([...SOURCES, ...SPECS].flatMap(checkTest))
  })

  test('no leftovers, no paths of one machine', () => {
    const texts = FILES.filter((path) => /\.(tsx?|mjs|css|html|json|md|sh|svg|lab)$|^\.|^LICENSE$/.test(path))
    expectNone(texts.flatMap((path) => checkTexts(path, read(path), TEXTS)))
  })

  test('files and lines are short enough to read', () => {
    expectNone(CODE.flatMap(checkSize))
  })

  test('what the core exports is documented', () => {
    // Not the protocols: their names are those of the paper, and its sections stand beside the rules.
    const core = [
      'base',
      'machine',
      'physics',
      'sim',
      'check',
      'experiment',
      'engine',
      'engine shared',
      'engine client',
    ]
    expectNone(SOURCES.filter(({ path }) => core.includes(roomOf(TABLE, path)?.name ?? '')).flatMap(checkDocs))
  })

  test('every lab has the same shape', () => {
    expectNone(checkLabShape(FILES, LAB_EXTRAS))
  })

  test('the code map names every folder', () => {
    const path = 'src/ARCHITECTURE.md'
    expectNone(checkArchitecture(FILES.includes(path) ? read(path) : '', FILES))
  })

  test('the README quotes every benchmark', () => {
    const readme = FILES.includes('README.md') ? read('README.md') : ''
    expectNone(checkBenchKeys(readme, FILES, BENCH_HELPERS))
  })
})

describe('packages', () => {
  const lock = {
    packages: {
      'node_modules/a': { version: '1.0.0', optionalDependencies: { b: '2.0.0', c: '3.0.0' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', optional: true },
    },
  }

  test('the lock file names every optional package', () => {
    expectNone(checkLock(notLocked(JSON.parse(read('package-lock.json'))).map(({ name }) => name)))
  })

  test('an optional package that is not locked is found; one that is locked further in is not', () => {
    expect(notLocked(lock).map(({ name, version }) => `${name}@${version}`)).toEqual(['c@3.0.0'])
  })

  test('an install is needed when a package is missing or has another version, not when an optional one is missing', () => {
    const a = { version: '1.0.0' }
    expect(firstMissing(lock, { packages: {} })).toBe('node_modules/a')
    expect(firstMissing(lock, { packages: { 'node_modules/a': a } })).toBe(null)
    const old = { 'node_modules/a': a, 'node_modules/a/node_modules/b': { version: '1.9.0' } }
    expect(firstMissing(lock, { packages: old })).toBe('node_modules/a/node_modules/b')
  })

  test.each([
    ['18.20.0', true],
    ['20.18.3', true],
    ['20.19.0', false],
    ['22.1.0', false],
  ])('is Node %s too old? %s', (version, old) => {
    expect(nodeIsTooOld(version)).toBe(old)
  })
})

/** The lines on which a checker complains about a planted file. */
const lines = (violations: readonly Violation[]) => violations.map(({ line }) => line)

describe('imports', () => {
  const problems = (path: string, text: string) =>
    checkImports(parseSource(path, text), TABLE).map(({ line, reason }) => `${line} ${reason.replace(/ \(.*/, '')}`)

  test.each([
    ['src/base/x.ts', `import { a } from '../machine/machine.ts'`, '1 base may not import from machine'],
    ['src/base/x.ts', `import type { A } from '../machine/machine.ts'`, '1 base may not import from machine'],
    ['src/sim/x.ts', `export * from '../live/node.ts'`, '1 sim may not import from live'],
    ['src/sim/x.ts', `const load = () => import('../protocols/raft/raft.ts')`, '1 sim may not import from protocols'],
    ['src/sim/x.ts', `let x: import('../protocols/raft/types.ts').A`, '1 sim may not import from protocols'],
    ['src/sim/x.ts', `import(name)`, '1 sim may not use the package'],
    ['src/check/x.ts', `import { gzip } from 'fflate'`, '1 check may not use the package fflate'],
    ['src/check/x.ts', `import fs from 'node:fs'`, '1 check may not use the package node:'],
    ['src/protocols/a/x.ts', `import '../b/y.ts'`, '1 src/protocols/a must not know src/protocols/b'],
    ['src/labs/a/acts.ts', `import type { B } from '../b/contract.ts'`, '1 src/labs/a must not know src/labs/b'],
    ['src/labs/a/view/x.tsx', `import type { A } from '../../../app/a.ts'`, '1 labs view may not import from app'],
    ['src/labs/a/view/x.tsx', `import { A } from '../acts.ts'`, '1 labs view may import only types from labs worker'],
    ['src/labs/a/view/x.tsx', `import '../acts.ts'`, '1 labs view may import only types from labs worker'],
    [
      'src/labs/a/view/x.tsx',
      `import { type A, b } from '../../../sim/simulation.ts'`,
      '1 labs view may import only types from sim',
    ],
    ['src/attic/x.ts', '', '1 the file is in no room of the import table'],
    ['src/sim/x.ts', `import '../attic/x.ts'`, '1 src/attic/x.ts is in no room of the import table'],
    ['src/base/x.ts', `\n\nimport {\n  a,\n} from '../sim/a.ts'`, '3 base may not import from sim'],
    ['src/base/x.ts', `import fc from 'fast-check'`, '1 base may not use the package fast-check'],
    ['src/sim/x.test.ts', `import '../app/a.ts'`, '1 sim may not import from app'],
  ])('%s: %s', (path, text, problem) => {
    expect(problems(path, text)).toEqual([problem])
  })

  test.each([
    ['src/sim/x.ts', `import { a } from './y.ts'\nimport type { B } from '../base/b.ts'`],
    ['src/labs/a/view/x.tsx', `import type { A } from '../../../sim/simulation.ts'\nimport { useState } from 'react'`],
    ['src/labs/a/view/x.tsx', `import { type A, type B } from '../acts.ts'`],
    ['src/labs/a/engine.worker.ts', `import { x } from '../../protocols/raft/raft.ts'\nimport { y } from './acts.ts'`],
    ['src/sim/x.ts', `// import '../app/a.ts'\nconst text = "import '../app/a.ts'"`],
    ['src/sim/x.test.ts', `import fc from 'fast-check'\nimport { r } from '../protocols/raft/raft.ts'`],
    ['src/ui/x.tsx', `import { Dialog } from '@base-ui/react/dialog'\nimport '@xterm/xterm/css/xterm.css'`],
  ])('%s may: %s', (path, text) => {
    expect(problems(path, text)).toEqual([])
  })
})

describe('bans', () => {
  const problems = (path: string, text: string) =>
    checkBans(parseSource(path, text), BANS, TABLE).map(({ line, rule }) => `${line} ${rule}`)

  test.each([
    ['src/app/x.ts', 'const a = 1\nconst b = Math.random()', '2 randomness'],
    ['src/sim/x.ts', 'const now = new Date()', '1 clock'],
    ['src/check/x.test.ts', 'const began = performance.now()', '1 clock'],
    ['src/ui/x.ts', 'setTimeout(() => {}, 5)', '1 timers'],
    ['src/sim/x.ts', 'const x = Math.sqrt(2)', '1 floats'],
    ['src/protocols/raft/x.ts', 'const x = 2 ** n', '1 floats'],
    ['src/experiment/x.ts', 'names.sort((a, b) => a.localeCompare(b))', '1 locale'],
    ['src/engine/x.ts', 'export async function f() {}', '1 async'],
    ['src/viz/x.ts', 'requestAnimationFrame(draw)', '1 frames'],
    ['src/app/x.tsx', `const x = \`\${${'console'}.log(1)}\``, '1 console'],
    ['src/ui/x.tsx', 'export default function Button() {}', '1 default exports'],
  ])('%s: %s', (path, text, problem) => {
    expect(problems(path, text)).toEqual([problem])
  })

  test.each([
    ['src/sim/x.ts', '/** Never Math.random, and no Date. */ const x = "await console" // 2 ** 3'],
    ['src/live/x.ts', 'setTimeout(() => {}, 5)'],
    ['src/physics/x.ts', 'const x = Math.sin(1) ** 2'],
    ['src/engine/api.ts', 'export interface Api { play(): Promise<void> }'],
    ['src/viz/scheduler.ts', 'requestAnimationFrame(draw)'],
    ['src/cli/main.ts', 'console.log(1)'],
    ['src/app/x.tsx', 'const x = <p>await the console of a Date</p>'],
  ])('%s may: %s', (path, text) => {
    expect(problems(path, text)).toEqual([])
  })
})

describe('the other checkers', () => {
  test.each([
    `test.${'only'}('a', () => {})`,
    `describe.${'skip'}('a', () => {})`,
    `it.concurrent.${'todo'}('a')`,
    `${'x'}it('a', () => {})`,
    `await page.${'waitForTimeout'}(100)`,
    `await new Promise((done) => ${'setTimeout'}(done, 100))`,
  ])('a test may not: %s', (text) => {
    expect(lines(checkTest(parseSource('e2e/x.spec.ts', `\n${text}`)))).toEqual([2])
    expect(checkTest(parseSource('e2e/x.spec.ts', `test('it.only is a word', () => {})`))).toEqual([])
  })

  test('leftovers, machine paths and the workplace are found in any text', () => {
    const planted = [
      'fine',
      `// ${'TO' + 'DO'}: later`,
      `see /${'home'}/me/x`,
      `read '../${'sha' + 'red'}/x'`,
      'a/home/b',
    ]
    expect(lines(checkTexts('README.md', planted.join('\n'), TEXTS))).toEqual([2, 3, 4])
  })

  test('long files and long lines are found, and prose has more room', () => {
    const wide = (length: number) => `const x = ${'1 + '.repeat(length)}1`
    expect(lines(checkSize(parseSource('src/x.ts', `${wide(5)}\n${wide(40)}\n`)))).toEqual([2])
    const prose = (length: number) => `const x = '${'a'.repeat(length)}'`
    expect(lines(checkSize(parseSource('src/x.ts', `${prose(140)}\n${prose(150)}\n`)))).toEqual([2])
    expect(lines(checkSize(parseSource('src/x.ts', 'f()\n'.repeat(660))))).toEqual([])
    expect(lines(checkSize(parseSource('src/x.ts', 'f()\n'.repeat(661))))).toEqual([661])
  })

  test('an export without a doc comment is found', () => {
    const text = [
      '/** Good. */\nexport function a() {}',
      '// no doc\nexport function b() {}',
      '/** Of something else. */\nconst x = 1\nexport class C {}',
      'export interface D {}\nfunction inner() {}\nexport const y = x',
    ].join('\n')
    expect(checkDocs(parseSource('src/base/x.ts', text)).map(({ reason }) => reason[0])).toEqual(['b', 'C', 'D'])
  })

  test('a lab of another shape is found', () => {
    const complete = LAB_SHAPE.map((name) => `src/labs/a/${name}${name.endsWith('/') ? 'x.ts' : ''}`)
    const tests = ['src/labs/a/acts.test.ts', 'src/labs/a/testdata/x.lab', 'src/labs/registry.ts']
    expect(checkLabShape([...complete, ...tests], {})).toEqual([])
    const paths = (files: readonly string[]) => checkLabShape(files, { 'extra.ts': 'why' }).map(({ path }) => path)
    expect(paths(complete.slice(1))).toEqual(['src/labs/a/manifest.ts'])
    expect(paths([...complete, 'src/labs/a/extra.ts', 'src/labs/a/odd.ts', 'src/labs/a/odd/x.ts'])).toEqual([
      'src/labs/a/odd.ts',
      'src/labs/a/odd/',
    ])
  })

  test('a folder that the code map forgets is found', () => {
    const files = ['src/main.tsx', 'src/base/a.ts', 'src/sim/b/c.ts']
    const found = checkArchitecture('`base/` stands, a simulation does not count', files)
    expect(found.map(({ reason }) => reason)).toEqual(['the code map does not mention sim/'])
  })

  test('a benchmark that the README does not quote is found', () => {
    const files = ['src/bench/run.ts', 'src/bench/kernel.ts', 'src/bench/page.ts', 'src/bench/page.test.ts']
    const found = checkBenchKeys('`kernel.eventsPerSecond` is 1; the page is fast', files, ['run'])
    expect(found.map(({ path }) => path)).toEqual(['src/bench/page.ts'])
  })
})
