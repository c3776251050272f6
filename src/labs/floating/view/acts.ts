import type { Act } from '../../../experiment/types.ts'
import type { LinePicture, Picture, TankPicture } from '../contract.ts'

/** What can be done on the stage: each with the line that does the same in the terminal. */
export interface StageAct {
  readonly label: string
  readonly verb: string
  readonly act: Act
}

/** How full a tank can be made by one press, per mille. */
export const FILLS = [0, 250, 500, 1000] as const

const percent = (permille: number): string => `${permille / 10}%`

export function fillAct({ number }: TankPicture, permille: number): StageAct {
  return {
    label: permille === 0 ? 'Pump it out' : `Flood to ${percent(permille)}`,
    verb: `flood tank ${number} ${percent(permille)}`,
    act: { id: 'flood', args: { tank: String(number), share: permille } },
  }
}

/** Cuts a whole line, mends a broken one. */
export function lineAct({ broken }: LinePicture, index: number): StageAct {
  const line = String(index + 1)
  return broken
    ? { label: 'Mend the line', verb: `mend line ${line}`, act: { id: 'mend-line', args: { line } } }
    : { label: 'Cut the line', verb: `cut line ${line}`, act: { id: 'cut-line', args: { line } } }
}

/** An option of an act with its unit, and the act that sets it. */
export const seaAct = (
  options: Readonly<Record<'hs' | 'tp' | 'heading', string>> | Readonly<Record<string, string>>,
): StageAct => ({
  label: 'Set the sea',
  verb: `sea ${Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(' ')}`,
  act: { id: 'sea', args: { ...options } },
})

export const stillAct: StageAct = { label: 'Still water', verb: 'sea still', act: { id: 'sea-still', args: {} } }
export const whiteAct: StageAct = { label: 'White noise', verb: 'sea white', act: { id: 'sea-white', args: {} } }

export const windAct = (speed: string, options: Readonly<Record<string, string>> = {}): StageAct => ({
  label: 'Set the wind',
  verb: ['wind', speed, ...Object.entries(options).flat()].join(' '),
  act: { id: 'wind', args: { speed, ...options } },
})

export const currentAct = (speed: string, options: Readonly<Record<string, string>> = {}): StageAct => ({
  label: 'Set the current',
  verb: ['current', speed, ...Object.entries(options).flat()].join(' '),
  act: { id: 'current', args: { speed, ...options } },
})

export const statusAct = (parked: boolean): StageAct => ({
  label: parked ? 'Park the turbine' : 'Let the turbine run',
  verb: `status ${parked ? 'parked' : 'operating'}`,
  act: { id: 'status', args: { status: parked ? 'parked' : 'operating' } },
})

export const modelAct = (corrected: boolean): StageAct => ({
  label: corrected ? 'Corrected' : 'As RAFT',
  verb: `model ${corrected ? 'corrected' : 'as-raft'}`,
  act: { id: 'model', args: { model: corrected ? 'corrected' : 'as-raft' } },
})

/** How far the model is RAFT's: all of its defects, none, or some. */
export function modelState({ corrections }: Picture): 'corrected' | 'as RAFT' | 'mixed' {
  const all = Object.values(corrections)
  if (all.every((on) => on)) return 'corrected'
  return all.some((on) => on) ? 'mixed' : 'as RAFT'
}
