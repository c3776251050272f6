import { Slider as Base } from '@base-ui/react/slider'
import './slider.css'

export interface SliderProps {
  readonly label: string
  readonly min: number
  readonly max: number
  readonly step?: number
  readonly value: number
  /** How the value is said and read aloud: `×0.05`. */
  readonly format?: (value: number) => string
  readonly disabled?: boolean
  readonly onChange: (value: number) => void
  /** When the thumb is let go. */
  readonly onCommit?: (value: number) => void
}

export function Slider({ label, min, max, step = 1, value, format, disabled, onChange, onCommit }: SliderProps) {
  return (
    <Base.Root
      className="b-slider"
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={disabled}
      onValueChange={onChange}
      onValueCommitted={onCommit}
    >
      <Base.Control className="b-slider-control">
        <Base.Track className="b-slider-track">
          <Base.Indicator className="b-slider-indicator" />
          <Base.Thumb
            className="b-slider-thumb"
            getAriaLabel={() => label}
            getAriaValueText={(_, now) => format?.(now) ?? String(now)}
          />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  )
}
