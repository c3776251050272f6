import type { Report } from './problems.ts'
import type { Design, MemberDesign, MooringDesign } from './types.ts'

/** What only the whole tells: names that must be known or unique, anchors and the bed. */
export function checkDesign(design: Design, report: Report): void {
  checkNames(design.platform.members, 'platform.members', report)
  checkSize(design, report)
  if (design.mooring === null) return
  checkMooring(design.mooring, report)
  if (design.mooring.waterDepthM !== design.site.waterDepthM)
    report.warn(
      'mooring.water_depth',
      `${design.mooring.waterDepthM} m, but the site has ${design.site.waterDepthM} m: lines and waves have their own bed`,
    )
}

type Named = readonly { readonly name: string }[]

/** Places of the names that stood before: `[2, 0]` for the third that has the name of the first. */
function repeated(named: Named): readonly (readonly [at: number, before: number])[] {
  return named.flatMap(({ name }, at) => {
    const before = named.findIndex((other) => other.name === name)
    return before < at ? [[at, before] as const] : []
  })
}

/** Where others refer to a name it must be one of its own. */
function checkUnique(named: Named, path: string, report: Report): void {
  for (const [at, before] of repeated(named))
    report.expected(`${path}[${at}].name`, `another name than that of ${path}[${before}]`, named[at]!.name)
}

/** Older files of RAFT call several members the same. */
function checkNames(named: Named, path: string, report: Report): void {
  for (const [at, before] of repeated(named))
    report.warn(`${path}[${at}].name`, `the same name as that of ${path}[${before}]`)
}

/** What would take minutes and gigabytes is a slip of the pen: RAFT's finest files have some hundred strips and frequencies. */
const STRIPS_MAX = 20_000
const STRIPS_TIMES_FREQUENCIES_MAX = 4_000_000

function checkSize({ platform, turbine, settings }: Design, report: Report): void {
  const tower = turbine?.tower == null ? 0 : stripsOf(turbine.tower)
  const counts = platform.members.map(stripsOf)
  const total = counts.reduce((sum, count) => sum + count, tower)
  const frequencies = settings.maxFrequencyHz / settings.minFrequencyHz
  if (total <= STRIPS_MAX && total * frequencies <= STRIPS_TIMES_FREQUENCIES_MAX) return
  const at = counts.indexOf(Math.max(...counts))
  const most = Math.floor(Math.min(STRIPS_MAX, STRIPS_TIMES_FREQUENCIES_MAX / frequencies))
  report.error(
    `platform.members[${at}].dlsMax`,
    `expected a length that gives all members together at most ${most} strips at this many frequencies, found ` +
      `${platform.members[at]!.maxStripM}, which gives ${Math.ceil(total)}`,
  )
}

/** An interval has at least one strip, an end one. */
function stripsOf({ stationsM, maxStripM, headingsDeg }: MemberDesign): number {
  return (headingsDeg?.length ?? 1) * (stationsM.at(-1)! / maxStripM + stationsM.length + 1)
}

/** A point this much below the bed lies on it, m. */
const ON_BED_M = 1e-3

function checkMooring({ points, lines, types, waterDepthM }: MooringDesign, report: Report): void {
  checkUnique(points, 'mooring.points', report)
  checkNames(lines, 'mooring.lines', report)
  checkUnique(types, 'mooring.line_types', report)
  const pointNames = new Set(points.map(({ name }) => name))
  const typeNames = new Set(types.map(({ name }) => name))
  lines.forEach(({ endA, endB, type }, at) => {
    const path = `mooring.lines[${at}]`
    if (!pointNames.has(endA)) report.expected(`${path}.endA`, 'the name of one of `mooring.points`', endA)
    if (!pointNames.has(endB)) report.expected(`${path}.endB`, 'the name of one of `mooring.points`', endB)
    if (!typeNames.has(type)) report.expected(`${path}.type`, 'the name of one of `mooring.line_types`', type)
    if (endA === endB) report.expected(`${path}.endB`, 'another point than endA', endB)
  })
  points.forEach(({ kind, location }, at) => {
    if (kind === 'fixed' && location[2] < -waterDepthM - ON_BED_M)
      report.expected(`mooring.points[${at}].location`, `a height of at least ${-waterDepthM}, the bed`, location[2])
  })
}
