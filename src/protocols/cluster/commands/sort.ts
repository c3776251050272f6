import type { Bytes } from '../bytes.ts'
import { parseDouble } from '../doubles.ts'
import { List } from '../list.ts'
import { bulks, integer, WRONG_TYPE } from '../reply.ts'
import { treeSlice } from '../score-tree.ts'
import type { Value } from '../values.ts'
import { answer, changed, integerArgument, isWord, refuse, refuseSyntax, storeOrDelete } from './call.ts'
import { listValue } from './lists.ts'
import { Refusal } from './refusal.ts'
import { setMembers } from './set-value.ts'
import { type CommandSpec, type DataCommand, dataCommand } from './types.ts'

interface SortOptions {
  descending: boolean
  alpha: boolean
  /** BY a text without a star: the order stays as it is. */
  unsorted: boolean
  skip: number
  most: number
  store: Bytes | null
}

function readOptions(args: readonly Bytes[], mayStore: boolean): SortOptions {
  const options: SortOptions = { descending: false, alpha: false, unsorted: false, skip: 0, most: -1, store: null }
  for (let at = 2; at < args.length; at++) {
    const left = args.length - at - 1
    if (isWord(args[at], 'asc')) options.descending = false
    else if (isWord(args[at], 'desc')) options.descending = true
    else if (isWord(args[at], 'alpha')) options.alpha = true
    else if (isWord(args[at], 'limit') && left >= 2) {
      options.skip = Math.max(0, integerArgument(args[++at]!))
      options.most = integerArgument(args[++at]!)
    } else if (mayStore && isWord(args[at], 'store') && left >= 1) options.store = args[++at]!
    else if (isWord(args[at], 'by') && left >= 1) {
      if (args[++at]!.includes('*')) refuse('ERR BY option of SORT denied in Cluster mode.')
      options.unsorted = true
    } else if (isWord(args[at], 'get') && left >= 1) refuse('ERR GET option of SORT denied in Cluster mode.')
    else refuseSyntax()
  }
  return options
}

function elementsOf(value: Value | undefined): Bytes[] {
  if (value === undefined) return []
  if (value.type === 'list') return value.list.items()
  if (value.type === 'set') return setMembers(value)
  if (value.type === 'zset') return treeSlice(value.order, 0, value.scores.size).map(({ member }) => member)
  throw new Refusal(WRONG_TYPE)
}

function byWeight(elements: readonly Bytes[]): Bytes[] {
  const weighted = elements.map((element) => {
    const weight = parseDouble(element.trimStart())
    return weight === null ? refuse("ERR One or more scores can't be converted into double") : { element, weight }
  })
  const order = (x: Bytes, y: Bytes) => (x < y ? -1 : x > y ? 1 : 0)
  weighted.sort((x, y) => (x.weight === y.weight ? order(x.element, y.element) : x.weight < y.weight ? -1 : 1))
  return weighted.map(({ element }) => element)
}

const sort =
  (mayStore: boolean): DataCommand =>
  (call, args) => {
    const { descending, alpha, unsorted, skip, most, store } = readOptions(args, mayStore)
    const value = call.db.get(args[1]!)?.value
    const elements = elementsOf(value)
    // What is stored must not depend on the order of a set.
    const lexical = alpha || (unsorted && store !== null && value?.type === 'set')
    const keep = unsorted && !lexical
    const sorted = keep ? elements : lexical ? elements.sort() : byWeight(elements)
    // A list and a sorted set have an order of their own to be read backwards.
    if (descending && (!keep || value?.type !== 'set')) sorted.reverse()
    const shown = sorted.slice(skip, most < 0 ? undefined : skip + most)
    if (store === null) return answer(call, bulks(shown))
    return changed(integer(shown.length), storeOrDelete(call.db, store, listValue(List.from(shown))))
  }

/** The source, and where the result is stored: the last STORE counts. */
function sortKeys(args: readonly Bytes[]): readonly Bytes[] {
  let store: Bytes | null = null
  for (let at = 2; at < args.length; at++) {
    if (isWord(args[at], 'limit')) at += 2
    else if (isWord(args[at], 'get') || isWord(args[at], 'by')) at++
    else if (isWord(args[at], 'store') && at + 1 < args.length) store = args[++at]!
  }
  return store === null ? [args[1]!] : [args[1]!, store]
}

const SYNTAX = 'key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]'

/** SORT and SORT_RO. */
export const sortCommands: readonly CommandSpec[] = [
  {
    ...dataCommand(
      'sort',
      `${SYNTAX} [STORE destination]`,
      'Sort the elements in a list, set or sorted set',
      sort(true),
    ),
    keysOf: sortKeys,
  },
  dataCommand(
    'sort_ro',
    SYNTAX,
    'Sort the elements in a list, set or sorted set. Read-only variant of SORT.',
    sort(false),
  ),
]
