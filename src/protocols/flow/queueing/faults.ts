/** Planted in a kernel, to prove that its judges look. Every 1,000th service, or request, is done wrongly. */
export type Fault =
  /** A served customer vanishes: nobody counts it as gone. Conservation must see it. */
  | 'loses-customers'
  /** Who waited is said to have come just now. Little's law must see it. */
  | 'forgets-waits'
  /** A customer is pressed into a full buffer. Capacity must see it. */
  | 'overfills'
  /** A server rests though somebody waits. Work conservation must see it. */
  | 'idles'
  /** A client gives a request up and counts it nowhere. The book of requests must see it. */
  | 'forgets-requests'
  /** An attempt that nobody waits for any more comes back, and is counted nowhere. The book of attempts must see it. */
  | 'forgets-attempts'

export const FAULT_EVERY = 1_000
