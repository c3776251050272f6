import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them: the home page loads this and nothing more of them. */
export const CARDS = {
  storm: {
    id: 'storm',
    title: 'The storm that feeds itself',
    blurb:
      'For ten seconds the servers are slow. Then they are as quick as before, and nobody is served. Who keeps the storm alive?',
    source: 'Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021; Huang et al., OSDI 2022',
    minutes: 12,
    steps: 8,
  },
  saturation: {
    id: 'saturation',
    title: 'Why averages lie near saturation',
    blurb: 'A server that is never overloaded, and yet slow: what the last per cent cost, and why a mean hides it.',
    source: 'Kleinrock, Queueing Systems I: M/M/1, Pollaczek-Khinchine; Mitzenmacher 2001: two choices',
    minutes: 12,
    steps: 7,
  },
  biggerBuffer: {
    id: 'bigger-buffer',
    title: 'A bigger buffer makes it worse',
    blurb:
      'Fifty places turn people away, a thousand turn nobody away and help fewer. The same with TCP, and a way out.',
    source: 'Gettys and Nichols, Bufferbloat, CACM 2012; CoDel, RFC 8289; CUBIC, RFC 9438',
    minutes: 12,
    steps: 8,
  },
  whoWaits: {
    id: 'who-waits',
    title: 'Who should wait: block or drop',
    blurb: 'A fast producer, a slow consumer, a full queue. Who waits, who is lost, and how old is what arrives?',
    source: 'Akka Streams, OverflowStrategy; Reactive Streams; Maurer, Fail at Scale, ACM Queue 2015',
    minutes: 12,
    steps: 7,
  },
  credits: {
    id: 'credits',
    title: 'Credits',
    blurb: 'Who receives says how much may come. Too few credits, too many, shared ones and lost ones.',
    source: 'Reactive Streams 1.0.4; HTTP/2, RFC 9113, 6.9; WHATWG Streams; X = min(μ, W/RTT)',
    minutes: 14,
    steps: 8,
  },
  ownLimit: {
    id: 'own-limit',
    title: 'A limit that finds itself',
    blurb:
      'How many may be in flight at once? Too few waste servers, too many waste patience, and the best number moves.',
    source:
      'Netflix, concurrency-limits; Envoy, adaptive concurrency; Brakmo and Peterson 1995; Denning and Buzen 1978',
    minutes: 12,
    steps: 6,
  },
} as const satisfies Readonly<Record<string, LessonCard>>
