import { plotNumber } from '../../../viz/plot.ts'
import { DOFS, type Picture } from '../contract.ts'
import { TableHead } from './table-head.tsx'

interface Row {
  readonly name: string
  readonly unit: string
  /** Most probable highest crest above the mean in three hours, in the unit. */
  readonly crest: number | undefined
  readonly statistic: { readonly avg: number; readonly std: number; readonly max: number; readonly min: number } | null
  /** What it must stay below, and why; null when nothing is given. */
  readonly limit: number | null
}

/** Limits that designers of these turbines work with: nacelle acceleration 0.2 g to 0.3 g, pitch about 10 degrees. */
const PITCH_LIMIT_DEG = 10
const ACCELERATION_LIMIT = 0.3 * 9.81

function rowsOf({ figures, lines }: Picture): readonly Row[] {
  const motions = DOFS.map((name, dof): Row => {
    const limit = name === 'pitch' || name === 'roll' ? PITCH_LIMIT_DEG : null
    return {
      name,
      unit: dof < 3 ? 'm' : 'deg',
      crest: figures.threeHours[name],
      statistic: figures.dof[dof] ?? null,
      limit,
    }
  })
  const tensions = lines.map(({ name, tension, breakingLoadN }): Row => {
    const kilo = (value: number) => value / 1000
    const statistic =
      tension === null
        ? null
        : { avg: kilo(tension.avg), std: kilo(tension.std), max: kilo(tension.max), min: kilo(tension.min) }
    return {
      name: `${name}, fairlead`,
      unit: 'kN',
      crest: kilo(figures.threeHours[`tension of ${name} at end B`] ?? Number.NaN),
      statistic,
      limit: breakingLoadN === null ? null : kilo(breakingLoadN),
    }
  })
  const nacelle = figures.nacelle?.[0]
  const moment = figures.towerBaseMoment
  const mega = (value: number) => value / 1e6
  return [
    ...motions,
    ...tensions,
    ...(nacelle === undefined
      ? []
      : [
          {
            name: 'nacelle, fore-aft',
            unit: 'm/s²',
            crest: figures.threeHours['nacelle acceleration x'],
            statistic: nacelle,
            limit: ACCELERATION_LIMIT,
          },
        ]),
    ...(moment === null
      ? []
      : [
          {
            name: 'tower base moment',
            unit: 'MNm',
            crest: mega(figures.threeHours['tower base moment'] ?? Number.NaN),
            statistic: { avg: mega(moment.avg), std: mega(moment.std), max: mega(moment.max), min: mega(moment.min) },
            limit: null,
          },
        ]),
  ]
}

/** Mean, deviation and extremes of everything that moves or pulls. */
export function Statistics({ picture }: { readonly picture: Picture }) {
  return (
    <table className="f-table f-statistics">
      <caption>
        What it does in this sea{' '}
        <small>(max and min: mean ± 3 standard deviations; 3 h: most probable, Rayleigh)</small>
      </caption>
      <TableHead columns={['of', 'mean', 'std', 'max', '3 h']} />
      <tbody>
        {rowsOf(picture).map((row) => {
          const { name, unit, statistic, limit, crest } = row
          const isOver = statistic !== null && limit !== null && Math.max(statistic.max, -statistic.min) > limit
          return (
            <tr key={name} data-over={isOver}>
              <th scope="row">
                {name} <small>{unit}</small>
              </th>
              {statistic === null ? (
                <td colSpan={4}>broken</td>
              ) : (
                <>
                  <td>{plotNumber(statistic.avg)}</td>
                  <td>{plotNumber(statistic.std)}</td>
                  <td>
                    {plotNumber(statistic.max)}
                    {isOver && <b className="f-over"> ▲ over {plotNumber(limit)}</b>}
                  </td>
                  <td>{crest === undefined ? '' : plotNumber(statistic.avg + crest)}</td>
                </>
              )}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
