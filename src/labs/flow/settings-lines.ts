import { unreachable } from '../../base/assert.ts'
import { formatDuration, formatPermille } from '../../base/units.ts'
import { printForm } from '../../experiment/printer.ts'
import {
  type Load,
  type Service,
  SOURCE_DEFAULTS,
  type SourceSettings,
  STAGE_DEFAULTS,
  type StageSettings,
} from '../../protocols/flow/pipeline/settings.ts'
import type { ReceiverSettings, SenderSettings } from '../../protocols/flow/pipeline/tcp-settings.ts'
import { cv2, type Distribution, meanUs } from '../../protocols/flow/queueing/distributions.ts'
import { argument, NAMED, type PartSettings, rateText, realText } from './verbs/form.ts'
import { forms, kindOf } from './verbs/index.ts'
import { bitsText } from './verbs/stage.ts'

/** Settings as words: the acts that would set them so, what a part is in short, and the mechanisms that are on. */

/** A verb, and the whole act that would set what it sets as it is. */
export interface SettingLine {
  readonly verb: string
  readonly line: string
}

/** What can be set of a part, as the acts that would set it so. */
export function linesOf(name: string, settings: PartSettings): readonly SettingLine[] {
  const fitting = forms.filter(({ of }) => of.includes(kindOf(settings)))
  const verbs = [...new Set(fitting.map(({ verb }) => verb))]
  return verbs.flatMap((verb) => {
    for (const form of fitting.filter((each) => each.verb === verb)) {
      const args = form.args(settings)
      if (args === null) continue
      const parts = [argument(NAMED, NAME, ''), ...form.parts]
      return [{ verb, line: printForm({ verb, parts }, { [NAMED]: name, ...args }) }]
    }
    return []
  })
}

const NAME = { kind: 'name', of: 'part', what: 'part' } as const

// ---- In short ---------------------------------------------------------------------------------------------------

/** `10 × exponential 100ms`, `Poisson 70/s`: what a part is set to, in a few words. */
export function shortOf(settings: PartSettings): string {
  if ('load' in settings) return loadText(settings.load)
  if ('servers' in settings) return `${settings.servers} × ${serviceText(settings.service)}`
  return 'congestion' in settings ? offerText(settings) : readText(settings)
}

function loadText(load: Load): string {
  switch (load.kind) {
    case 'silent':
      return 'nobody'
    case 'open':
      return load.between.kind === 'exponential'
        ? `Poisson ${perSecond(load.between)}`
        : `every ${formatDuration(Math.round(meanUs(load.between)))}`
    case 'bursty':
      return `${rateText(load.perSecond)}, bursts of ${rateText(load.burstPerSecond)}`
    case 'trace':
      return `trace of ${load.gapsUs.length}`
    case 'closed':
      return `${load.users} users, think ${formatDuration(Math.round(meanUs(load.think)))}`
    default:
      return unreachable(load)
  }
}

const perSecond = (between: Distribution): string => rateText(1_000_000 / meanUs(between))

function serviceText(service: Service): string {
  if (service.kind === 'bytes') return `line ${bitsText(service.bitsPerSecond)}`
  const { distribution } = service
  const mean = formatDuration(Math.round(meanUs(distribution)))
  switch (distribution.kind) {
    case 'deterministic':
      return `constant ${mean}`
    case 'exponential':
    case 'empirical':
      return `${distribution.kind} ${mean}`
    case 'erlang':
      return `Erlang-${distribution.phases} ${mean}`
    case 'hyper-exponential':
      return `hyper-exponential ${mean}, cv² ${realText(cv2(distribution))}`
    default:
      return unreachable(distribution)
  }
}

function offerText({ congestion, offerBytes }: SenderSettings): string {
  return `${TITLES[congestion] ?? congestion}, ${offerBytes === null ? 'endless' : `${offerBytes} B`}`
}

function readText({ bufferBytes, readBytes, readEveryUs }: ReceiverSettings): string {
  const reads = readBytes === 0 ? 'reads all' : `reads ${readBytes} B every ${formatDuration(readEveryUs)}`
  return `${bufferBytes} B, ${reads}`
}

// ---- Badges -----------------------------------------------------------------------------------------------------

/** How mechanisms are called where their word in the text is not their name. */
const TITLES: Readonly<Record<string, string>> = {
  lifo: 'LIFO',
  'adaptive-lifo': 'adaptive LIFO',
  codel: 'CoDel',
  'fq-codel': 'FQ-CoDel',
  pie: 'PIE',
  red: 'RED',
  dagor: 'DAGOR',
  aimd: 'AIMD',
  gcra: 'GCRA',
  whatwg: 'WHATWG',
  node: 'Node',
  kafka: 'Kafka',
  grpc: 'gRPC',
  aws: 'AWS',
  reno: 'Reno',
  cubic: 'CUBIC',
  bbr: 'BBR',
}

const titled = (word: string): string => TITLES[word] ?? word

/** A word for each mechanism that is not as it is without saying: `LIFO`, `CoDel`, `retry 3`, `budget 10%`. */
export function badgesOf(settings: PartSettings): readonly string[] {
  if ('load' in settings) return sourceBadges(settings)
  if ('servers' in settings) return stageBadges(settings)
  return only('congestion' in settings && !settings.persists, 'no persist timer')
}

const only = (isOn: boolean, badge: string): readonly string[] => (isOn ? [badge] : [])
/** The badge of a choice that may be `none`. */
const chosen = (prefix: string, { kind }: { readonly kind: string }): readonly string[] =>
  only(kind !== 'none', `${prefix}${titled(kind)}`)

const sharedBadges = ({ limit, rate, balance }: Pick<SourceSettings, 'limit' | 'rate' | 'balance'>) => [
  ...(limit.kind === 'fixed' ? [`limit ${limit.limit}`] : chosen('limit ', limit)),
  ...chosen('', rate),
  ...only(balance !== 'round-robin', balance),
]

const sourceBadges = (settings: SourceSettings): readonly string[] => [
  ...only(settings.timeoutUs !== null, `timeout ${formatDuration(settings.timeoutUs ?? 0)}`),
  ...retryBadges(settings),
  ...chosen('breaker ', settings.breaker),
  ...chosen('throttle ', settings.throttle),
  ...sharedBadges(settings),
  ...only(settings.outlier !== null, 'outlier detection'),
  ...only(settings.backlog !== SOURCE_DEFAULTS.backlog, `backlog ${settings.backlog}`),
]

function retryBadges({ retry, budget }: SourceSettings): readonly string[] {
  if (retry.retries === 0) return []
  const jitter =
    retry.backoff === null ? '' : `, ${retry.backoff.jitter === 'none' ? 'no' : retry.backoff.jitter} jitter`
  return [`retry ${retry.retries}${jitter}`, ...budgetBadges(budget)]
}

function budgetBadges(budget: SourceSettings['budget']): readonly string[] {
  if (budget.kind === 'finagle') return [`budget ${formatPermille(Math.round(budget.config.share * 1_000))}`]
  if (budget.kind === 'envoy') return [`budget ${realText(budget.config.budgetPercent)}% of what is in flight`]
  return chosen('budget ', budget)
}

const stageBadges = (settings: StageSettings): readonly string[] => {
  const { buffer, demand, batch, autoscaling, deadlines, speedPermille } = settings
  return [
    ...only(speedPermille !== STAGE_DEFAULTS.speedPermille, `pace ${formatPermille(speedPermille)}`),
    ...queueBadges(buffer),
    ...chosen('', settings.management),
    ...only(demand.kind !== 'push', demand.kind === 'request' ? `request ${demand.prefetch}` : titled(demand.kind)),
    ...sharedBadges(settings),
    ...only(settings.partitionsPermille.length > 0, 'guarantees'),
    ...(settings.shedding.kind === 'priority' ? ['sheds by priority'] : chosen('', settings.shedding)),
    ...only(deadlines !== 'ignore', `drops ${deadlines}`),
    ...only(batch !== null, `batches of ${batch?.max}`),
    ...only(autoscaling !== null, 'autoscaled'),
    ...only(!settings.answersRefusals, 'refuses silently'),
  ]
}

function queueBadges({ capacity, overflow, discipline, patience }: StageSettings['buffer']): readonly string[] {
  return [
    ...only(capacity !== STAGE_DEFAULTS.buffer.capacity, `queue ${capacity}`),
    ...only(overflow.kind !== 'drop-newest', overflow.kind),
    ...only(discipline.kind !== 'fifo', titled(discipline.kind)),
    ...only(patience !== null, 'patience'),
  ]
}
