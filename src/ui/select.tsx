import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import './popup.css'
import './select.css'

export interface SelectProps {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly size?: 'normal' | 'small'
  readonly disabled?: boolean
  readonly onChange: (value: string) => void
}

export function Select({ label, value, options, size = 'normal', disabled, onChange }: SelectProps) {
  return (
    <Base.Root
      items={options}
      value={value}
      disabled={disabled}
      modal={false}
      onValueChange={(next: string | null) => next !== null && onChange(next)}
    >
      <Base.Trigger className="b-select" data-size={size} aria-label={label}>
        <Base.Value />
        <ChevronsUpDown size={14} aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="b-positioner" alignItemWithTrigger={false} sideOffset={4}>
          <Base.Popup className="b-popup">
            <Base.List>
              {options.map((option) => (
                <Base.Item className="b-item" key={option.value} value={option.value}>
                  <span className="b-item-mark">
                    <Base.ItemIndicator>
                      <Check size={14} aria-hidden />
                    </Base.ItemIndicator>
                  </span>
                  <Base.ItemText className="b-item-text">{option.label}</Base.ItemText>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
