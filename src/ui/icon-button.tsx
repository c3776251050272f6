import type { ReactNode } from 'react'
import { Button, type ButtonProps } from './button.tsx'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ButtonProps, 'aria-label' | 'children'> {
  /** Its name: read aloud, and shown as the tooltip. */
  readonly label: string
  /** The keys that do the same, as in the hotkey table: `Space`. */
  readonly keys?: string
  readonly children: ReactNode
}

/** A button that shows only an icon; its label is its accessible name and its tooltip. */
export function IconButton({ label, keys, look = 'ghost', children, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} {...(keys === undefined ? {} : { keys })}>
      <Button {...rest} look={look} aria-label={label} data-shape="icon">
        {children}
      </Button>
    </Tooltip>
  )
}
