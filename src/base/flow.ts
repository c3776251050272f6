/** A text that is written over several lines as one line: breaks and indentation become single blanks. */
export function flow(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}
