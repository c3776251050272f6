import type { Problem } from '../experiment/types.ts'

/** Input that cannot be used: exit code 2. Each line is a message of its own. */
export class BadInput extends Error {
  override readonly name = 'BadInput'
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'))
  }
}

/** `FILE:line:column: message; expected …; did you mean …?`, the form that editors understand. */
export function problemLine(file: string, { line, column, message, expected, suggestion }: Problem): string {
  const hint = suggestion === null ? '' : `; did you mean \`${suggestion}\`?`
  return `${file}:${line}:${column}: ${message}; expected ${expected}${hint}`
}
