import type { ComponentProps } from 'react'
import './button.css'

export interface ButtonLook {
  readonly look?: 'plain' | 'accent' | 'ghost' | 'danger'
  readonly size?: 'normal' | 'small'
  /** Not what the present lesson step is about: shown quietly, still usable. */
  readonly dimmed?: boolean
}

export type ButtonProps = ComponentProps<'button'> & ButtonLook

/** A button that never submits a form by accident. */
export function Button({ look = 'plain', size = 'normal', dimmed, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={className === undefined ? 'b-button' : `b-button ${className}`}
      data-look={look}
      data-size={size}
      data-dimmed={dimmed}
    />
  )
}

/** A link that looks like a button: for places, never for acts. */
export function ButtonLink({ look = 'plain', size = 'normal', className, ...rest }: ComponentProps<'a'> & ButtonLook) {
  return (
    <a
      {...rest}
      className={className === undefined ? 'b-button' : `b-button ${className}`}
      data-look={look}
      data-size={size}
    />
  )
}
