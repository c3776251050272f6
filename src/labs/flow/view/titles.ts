import { MESSAGE_KINDS, type MessageKind } from '../contract.ts'

/** What people call the kinds of messages. */
const TITLES: Readonly<Record<MessageKind, string>> = {
  item: 'Item',
  answer: 'Answer',
  demand: 'Demand',
  subscribe: 'Subscribe',
  cancel: 'Cancel',
  segment: 'Segment',
  ack: 'Acknowledgement',
}

export const titleOf = (kind: string): string => TITLES[kind as MessageKind] ?? kind

/** What travels against the stream: dashed in the time diagram. */
const BACK: readonly MessageKind[] = ['answer', 'demand', 'ack']

export const isBack = (label: number): boolean => BACK.includes(MESSAGE_KINDS[label] ?? 'item')
