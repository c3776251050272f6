import { useStore } from 'zustand'
import { Dialog } from '../../ui/dialog.tsx'
import type { MotionChoice } from '../../ui/motion.ts'
import { THEME_TITLES, THEMES } from '../../ui/theme.ts'
import { prefer, preferences } from '../preferences.ts'
import { StorageNotice } from '../storage-notice.tsx'
import { useLab } from './context.ts'

const MOTIONS: readonly { readonly value: MotionChoice; readonly label: string }[] = [
  { value: 'system', label: 'As this device is set' },
  { value: 'reduce', label: 'Steps instead of flights' },
  { value: 'full', label: 'Always in motion' },
]

export function SettingsSheet() {
  const lab = useLab()
  const chosen = useStore(preferences)
  return (
    <Dialog open title="Settings" onClose={() => lab.show(null)}>
      <div className="settings">
        <Choice
          legend="Theme"
          name="theme"
          value={chosen.theme}
          options={THEMES.map((value) => ({ value, label: THEME_TITLES[value] }))}
          onChoose={(theme) => prefer({ theme })}
        />
        <Choice
          legend="Motion"
          name="motion"
          value={chosen.motion}
          options={MOTIONS}
          onChoose={(motion) => prefer({ motion })}
        />
        <Switch
          label="Single-key shortcuts"
          help="Keys such as B or ? while the stage has the focus. Ctrl and ⌘ shortcuts always work."
          checked={chosen.singleKeys}
          onChange={(singleKeys) => prefer({ singleKeys })}
        />
        <Switch
          label="Screen reader in the terminal"
          help="The terminal speaks every line that it prints."
          checked={chosen.screenReader}
          onChange={(screenReader) => prefer({ screenReader })}
        />
        <StorageNotice />
      </div>
    </Dialog>
  )
}

interface ChoiceProps<Value extends string> {
  readonly legend: string
  readonly name: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChoose: (value: Value) => void
}

function Choice<Value extends string>({ legend, name, value, options, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset className="field">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="check">
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChoose(option.value)} />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}

interface SwitchProps {
  readonly label: string
  readonly help: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

function Switch({ label, help, checked, onChange }: SwitchProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        <small>{help}</small>
      </span>
    </label>
  )
}
