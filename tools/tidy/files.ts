import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../ensure.mjs'

/** What is made, not written: the folders of .gitignore, and Git's own. */
const MADE = new Set(['node_modules', 'dist', '.cache', 'shots', 'test-results', 'playwright-report', '.git'])

/** Every file of the repository, from its root, with `/`, sorted. */
export function repositoryFiles(folder = ''): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  const paths = entries.flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!entry.isDirectory()) return [path]
    return MADE.has(entry.name) ? [] : repositoryFiles(path)
  })
  return paths.sort()
}
