import { expect, it } from 'vitest'
import { fileName } from './files.ts'

it.each([
  ['The leader dies!', 'the-leader-dies.lab'],
  ['  ', 'experiment.lab'],
  ['../../etc/passwd', 'etc-passwd.lab'],
  ['Wer führt?', 'wer-führt.lab'],
])('%j is saved as %s', (title, name) => {
  expect(fileName(title, 'lab')).toBe(name)
})
