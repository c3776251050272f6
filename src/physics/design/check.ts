import type { Report } from './problems.ts'
import type { Design, MooringDesign } from './types.ts'

/** What only the whole tells: names that must be known or unique, anchors and the bed. */
export function checkDesign(design: Design, report: Report): void {
  checkUnique(design.platform.members, 'platform.members', report)
  if (design.mooring === null) return
  checkMooring(design.mooring, report)
  if (design.mooring.waterDepthM !== design.site.waterDepthM)
    report.warn(
      'mooring.water_depth',
      `${design.mooring.waterDepthM} m, but the site has ${design.site.waterDepthM} m: lines and waves have their own bed`,
    )
}

function checkUnique(named: readonly { readonly name: string }[], path: string, report: Report): void {
  const first = new Map<string, number>()
  named.forEach(({ name }, at) => {
    const before = first.get(name)
    if (before === undefined) first.set(name, at)
    else report.error(`${path}[${at}].name`, `expected a name of its own, found "${name}" as in ${path}[${before}]`)
  })
}

/** A point this much below the bed lies on it, m. */
const ON_BED_M = 1e-3

function checkMooring({ points, lines, types, waterDepthM }: MooringDesign, report: Report): void {
  checkUnique(points, 'mooring.points', report)
  checkUnique(lines, 'mooring.lines', report)
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
