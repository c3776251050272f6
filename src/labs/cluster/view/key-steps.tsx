import type { KeySteps } from '../contract.ts'

const BYTES_SHOWN = 12
const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0')
const letter = (byte: number) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '·')

/** How a key finds its slot: what of it is hashed, and CRC16 byte by byte. */
export function KeyStepsTable({ steps }: { readonly steps: KeySteps }) {
  const { bytes, from, to } = steps
  const tagged = to - from !== bytes.length
  return (
    <div className="cs-steps">
      <p className="cs-key-bytes" aria-hidden="true">
        {bytes.map((byte, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a byte is its position
          <b key={at} data-hashed={at >= from && at < to}>
            {letter(byte)}
          </b>
        ))}
      </p>
      <p>
        {tagged ? 'Only the part in braces is hashed: ' : 'The whole key is hashed: '}
        CRC16 = <code>0x{hex(steps.crc, 4)}</code> = {steps.crc}, modulo 16384 = <strong>{steps.slot}</strong>
      </p>
      <details>
        <summary>CRC16, byte by byte</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">byte</th>
              <th scope="col">before</th>
              <th scope="col">xor</th>
              <th scope="col">after 8 shifts</th>
            </tr>
          </thead>
          <tbody>
            {steps.steps.slice(0, BYTES_SHOWN).map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a byte is its position
              <tr key={at}>
                <th scope="row">
                  {letter(step.byte)} {hex(step.byte, 2)}
                </th>
                <td>{hex(step.before, 4)}</td>
                <td>{hex(step.mixed, 4)}</td>
                <td>{hex(step.after, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {steps.steps.length > BYTES_SHOWN && <p>and {steps.steps.length - BYTES_SHOWN} more bytes</p>}
        <p>Each shift to the left that pushes a 1 out lays the polynomial 0x1021 over the rest.</p>
      </details>
    </div>
  )
}
