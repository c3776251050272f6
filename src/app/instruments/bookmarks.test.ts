import { describe, expect, it } from 'vitest'
import { bookmarksOf, readShelf, shelve, withBookmark } from './bookmarks.ts'

describe('bookmarks', () => {
  it('stand in the order of time and name themselves', () => {
    const marks = withBookmark(withBookmark([], 2_000, ''), 1_000, 'before the kill')
    expect(marks).toEqual([
      { timeUs: 1_000, name: 'before the kill' },
      { timeUs: 2_000, name: 'mark 1' },
    ])
    expect(withBookmark(marks, 3_000, ' ').at(-1)?.name).toBe('mark 2')
  })

  it('are one per instant', () => {
    expect(withBookmark([{ timeUs: 5, name: 'a' }], 5, 'b')).toEqual([{ timeUs: 5, name: 'b' }])
  })

  it('belong to an experiment, and the shelf keeps the last twenty', () => {
    let shelf = shelve([], 'first', [{ timeUs: 1, name: 'x' }])
    for (let i = 0; i < 19; i++) shelf = shelve(shelf, `e${i}`, [{ timeUs: i, name: 'y' }])
    expect(bookmarksOf(shelf, 'first')).toHaveLength(1)
    shelf = shelve(shelf, 'one more', [{ timeUs: 1, name: 'z' }])
    expect(bookmarksOf(shelf, 'first')).toEqual([])
    expect(bookmarksOf(shelf, 'one more')).toEqual([{ timeUs: 1, name: 'z' }])
    expect(shelve(shelf, 'one more', [])).toHaveLength(19)
  })

  it('read back only what makes sense', () => {
    const good = [{ experiment: 'e', bookmarks: [{ timeUs: 1, name: 'x' }] }]
    expect(readShelf(JSON.parse(JSON.stringify(good)))).toEqual(good)
    expect(readShelf(null)).toEqual([])
    expect(readShelf([null, 3, { experiment: 'e', bookmarks: [{ timeUs: -1, name: 'x' }, { timeUs: 2 }, 7] }])).toEqual(
      [{ experiment: 'e', bookmarks: [] }],
    )
  })
})
