import { describe, expect, it } from 'vitest'
import { createFeed } from './feed.ts'

/** A source whose answers come when the test says so. */
function source() {
  const asked: string[] = []
  const pending: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = []
  const answers: string[] = []
  const ask = (query: string) => {
    asked.push(query)
    return new Promise<string>((resolve, reject) => pending.push({ resolve, reject }))
  }
  return { asked, pending, answers, feed: createFeed(ask, (answer) => answers.push(answer), 100) }
}

const settle = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))))

describe('feed', () => {
  it('asks once for what is wanted, and not again when it was answered', async () => {
    const { asked, pending, answers, feed } = source()
    feed.want('a', 'a')
    feed.step(0)
    feed.step(200)
    expect(asked).toEqual(['a'])
    pending[0]!.resolve('A')
    await settle()
    feed.step(400)
    expect(asked).toEqual(['a'])
    expect(answers).toEqual(['A'])
  })

  it('has one question under way, and then asks only for the latest', async () => {
    const { asked, pending, feed } = source()
    feed.want('a', 'a')
    feed.step(0)
    feed.want('b', 'b')
    feed.step(150)
    feed.want('c', 'c')
    feed.step(300)
    expect(asked).toEqual(['a'])
    pending[0]!.resolve('A')
    await settle()
    feed.step(450)
    expect(asked).toEqual(['a', 'c'])
  })

  it('keeps its distance', async () => {
    const { asked, pending, feed } = source()
    feed.want('a', 'a')
    feed.step(0)
    pending[0]!.resolve('A')
    await settle()
    feed.want('b', 'b')
    feed.step(60)
    expect(asked).toEqual(['a'])
    feed.step(100)
    expect(asked).toEqual(['a', 'b'])
  })

  it('asks again after a failure, and for an answered question after `forget`', async () => {
    const { asked, pending, feed } = source()
    feed.want('a', 'a')
    feed.step(0)
    pending[0]!.reject(new Error('gone'))
    await settle()
    feed.step(100)
    expect(asked).toEqual(['a', 'a'])
    pending[1]!.resolve('A')
    await settle()
    feed.forget()
    feed.step(200)
    expect(asked).toEqual(['a', 'a', 'a'])
  })
})
