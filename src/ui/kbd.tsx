import { keyNames } from './hotkeys.ts'
import './button.css'

/** Keys as caps: `Shift+ArrowRight` shows two of them. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className="b-keys">
      {keyNames(keys).map((name) => (
        <kbd className="b-kbd" key={name}>
          {name}
        </kbd>
      ))}
    </span>
  )
}
