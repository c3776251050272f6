import { assert } from '../../../base/assert.ts'
import { exp, ln, sqrt } from '../../../base/elementary.ts'

/**
 * Queueing theory: what a long run must measure. Notation of the field: arrival rate λ, service rate μ of one server, c
 * servers, ρ = λ/(cμ), L customers and W time in the system, Lq and Wq of these in the queue, X throughput. Rates and
 * times are in one unit of the caller's choice. An unstable queue has L = W = Infinity: no error, an answer.
 *
 * Sources: Kleinrock, "Queueing Systems" 1 (1975) and 2 (1976); Lazowska et al., "Quantitative System Performance"
 * (1984) for closed networks and bounds; Gunther (1993) for the law of scalability. Golden values: octave-queueing 1.2.7.
 */
export interface Steady {
  /** The share of the servers' time that is work. */
  readonly utilisation: number
  readonly throughput: number
  /** The probability that an arriving customer is turned away. */
  readonly loss: number
  readonly inSystem: number
  readonly inQueue: number
  readonly response: number
  readonly wait: number
}

const positive = (value: number, what: string): void => assert(value > 0, `${what} must be above 0`)

/** A queue without a bound whose customers wait `wait` on average, by Little's law. */
function unbounded(lambda: number, mu: number, servers: number, wait: number): Steady {
  const response = wait + 1 / mu
  const throughput = Math.min(lambda, servers * mu)
  const utilisation = throughput / (servers * mu)
  return { utilisation, throughput, loss: 0, inSystem: lambda * response, inQueue: lambda * wait, response, wait }
}

/** M/M/1. */
export function mm1(lambda: number, mu: number): Steady {
  return mmc(lambda, mu, 1)
}

/** M/M/1: the probability that a customer stays longer than `time`. */
export function mm1Tail(lambda: number, mu: number, time: number): number {
  return lambda < mu ? exp((lambda - mu) * time) : 1
}

/** M/M/1: the time that a share `quantile` of the customers does not exceed: 4.605 W for 0.99. */
export function mm1Quantile(lambda: number, mu: number, quantile: number): number {
  return lambda < mu ? -ln(1 - quantile) / (mu - lambda) : Number.POSITIVE_INFINITY
}

/** M/M/1: the variance of the wait, first come first served: ρ(2 - ρ)/(μ - λ)². */
export function mm1WaitVariance(lambda: number, mu: number): number {
  const rho = lambda / mu
  return rho < 1 ? (rho * (2 - rho)) / ((mu - lambda) * (mu - lambda)) : Number.POSITIVE_INFINITY
}

/** Last come first served makes nobody wait longer on average, and E[Wq²] 1/(1 - ρ) times as large. */
export function lifoSecondMoment(fifoSecondMoment: number, rho: number): number {
  return rho < 1 ? fifoSecondMoment / (1 - rho) : Number.POSITIVE_INFINITY
}

/** M/M/c/K: at most `places` customers in the system, `servers` of them served; who finds no place is lost. */
export function mmck(lambda: number, mu: number, servers: number, places: number): Steady {
  positive(mu, 'the service rate')
  assert(places >= servers && servers >= 1, 'places >= servers >= 1')
  const share = stateShares(lambda / mu, servers, places)
  const loss = share[places]!
  const inSystem = share.reduce((sum, p, n) => sum + n * p, 0)
  const inQueue = share.reduce((sum, p, n) => sum + Math.max(0, n - servers) * p, 0)
  const throughput = lambda * (1 - loss)
  const utilisation = throughput / (servers * mu)
  return {
    utilisation,
    throughput,
    loss,
    inSystem,
    inQueue,
    response: inSystem / throughput,
    wait: inQueue / throughput,
  }
}

/** M/M/1/K. */
export function mm1k(lambda: number, mu: number, places: number): Steady {
  return mmck(lambda, mu, 1, places)
}

/** The probabilities of 0 … places customers: each state from the one below, scaled before it can overflow. */
function stateShares(load: number, servers: number, places: number): number[] {
  const weights = [1]
  let total = 1
  for (let n = 1; n <= places; n++) {
    const weight = (weights[n - 1]! * load) / Math.min(n, servers)
    weights.push(weight)
    total += weight
    if (total > 1e200) {
      for (let i = 0; i <= n; i++) weights[i]! /= total
      total = 1
    }
  }
  return weights.map((weight) => weight / total)
}

/** Erlang B: the share of calls that `servers` lines without a queue turn away at `load` = λ/μ, whatever the service law. */
export function erlangB(load: number, servers: number): number {
  let blocked = 1
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked)
  return blocked
}

/** Erlang C: the share of customers that must wait. */
export function erlangC(load: number, servers: number): number {
  if (load >= servers) return 1
  const blocked = erlangB(load, servers)
  return blocked / (1 - (load / servers) * (1 - blocked))
}

/** M/M/c. */
export function mmc(lambda: number, mu: number, servers: number): Steady {
  positive(mu, 'the service rate')
  const spare = servers * mu - lambda
  return unbounded(lambda, mu, servers, spare > 0 ? erlangC(lambda / mu, servers) / spare : Number.POSITIVE_INFINITY)
}

/** M/M/c: the probability that a customer waits longer than `time`. */
export function mmcWaitTail(lambda: number, mu: number, servers: number, time: number): number {
  const spare = servers * mu - lambda
  return spare > 0 ? erlangC(lambda / mu, servers) * exp(-spare * time) : 1
}

/** M/G/1 by Pollaczek and Khinchine; `cv2` is the squared coefficient of variation of the service. */
export function mg1(lambda: number, mu: number, cv2: number): Steady {
  positive(mu, 'the service rate')
  const rho = lambda / mu
  return unbounded(lambda, mu, 1, rho < 1 ? (rho * (1 + cv2)) / (2 * mu * (1 - rho)) : Number.POSITIVE_INFINITY)
}

/** M/D/1. */
export function md1(lambda: number, mu: number): Steady {
  return mg1(lambda, mu, 0)
}

/** One class of customers: the first two moments of its service. */
export interface Class {
  readonly lambda: number
  readonly service: number
  readonly secondMoment: number
}

/** Cobham (1954): the mean waits of classes by priority, most urgent first, when a service once begun is finished. */
export function priorityWaits(classes: readonly Class[]): number[] {
  const residual = classes.reduce((sum, { lambda, secondMoment }) => sum + (lambda * secondMoment) / 2, 0)
  let above = 0
  return classes.map(({ lambda, service }) => {
    const upTo = above + lambda * service
    const wait = upTo < 1 ? residual / ((1 - above) * (1 - upTo)) : Number.POSITIVE_INFINITY
    above = upTo
    return wait
  })
}

/** Processor sharing: the mean response of a customer that brings `service`, whatever the law of the others. */
export function processorSharing(lambda: number, meanService: number, service: number): number {
  const rho = lambda * meanService
  return rho < 1 ? service / (1 - rho) : Number.POSITIVE_INFINITY
}

/** A station of an open network. */
export interface Station {
  readonly mu: number
  readonly servers: number
  /** From outside. */
  readonly lambda: number
  /** `routes[j]`: the share of what leaves here that goes to station j; the rest leaves the network. */
  readonly routes: readonly number[]
}

/** Jackson (1957): every station of an open network by itself, as M/M/c at the rate that traffic brings it. */
export function jackson(stations: readonly Station[]): Steady[] {
  const rates = trafficRates(stations)
  return stations.map(({ mu, servers }, index) => mmc(rates[index]!, mu, servers))
}

/** λ_j = γ_j + Σ λ_i r_ij, by elimination with pivots (I - Rᵀ). */
function trafficRates(stations: readonly Station[]): number[] {
  const size = stations.length
  const rows = stations.map(({ lambda }, j) => [
    ...stations.map(({ routes }, i) => (i === j ? 1 : 0) - (routes[j] ?? 0)),
    lambda,
  ])
  for (let column = 0; column < size; column++) eliminate(rows, column)
  return rows.map((row, index) => row[size]! / row[index]!)
}

function eliminate(rows: number[][], column: number): void {
  let pivot = column
  for (let at = column + 1; at < rows.length; at++) {
    if (Math.abs(rows[at]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = at
  }
  assert(Math.abs(rows[pivot]![column]!) > 1e-12, 'customers must be able to leave the network')
  const top = rows[pivot]!
  rows[pivot] = rows[column]!
  rows[column] = top
  for (const row of rows) {
    if (row === top) continue
    const factor = row[column]! / top[column]!
    for (let at = column; at <= rows.length; at++) row[at]! -= factor * top[at]!
  }
}

/** Customers and times of a closed network. */
export interface Closed {
  readonly throughput: number
  /** The time for one round without the thinking. */
  readonly response: number
  /** Of each station, for one visit of all its visits together. */
  readonly responses: readonly number[]
  readonly inStations: readonly number[]
}

/**
 * Exact mean value analysis (Reiser and Lavenberg 1980): `users` think for `think` and then need `demands[k]` (visits
 * × service) of each station k, which has one exponential server, or any service if shared.
 */
export function mva(users: number, think: number, demands: readonly number[]): Closed {
  let inStations: readonly number[] = demands.map(() => 0)
  let result: Closed = { throughput: 0, response: 0, responses: demands, inStations }
  for (let n = 1; n <= users; n++) {
    const responses = demands.map((demand, k) => demand * (1 + inStations[k]!))
    const response = responses.reduce((sum, time) => sum + time, 0)
    const throughput = n / (think + response)
    inStations = responses.map((time) => throughput * time)
    result = { throughput, response, responses, inStations }
  }
  return result
}

/** What no closed network can exceed: X <= min(1/D_max, N/(D + Z)). */
export function throughputBound(users: number, think: number, demands: readonly number[]): number {
  return Math.min(1 / Math.max(...demands), users / (sumOf(demands) + think))
}

/** N* = (D + Z)/D_max: the users (credits, permits) at which the bottleneck can just be busy all the time. */
export function knee(think: number, demands: readonly number[]): number {
  return (sumOf(demands) + think) / Math.max(...demands)
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** Little's law. */
export const littleInSystem = (throughput: number, response: number): number => throughput * response

/** The response-time law of closed systems: R = N/X - Z. */
export const responseTimeLaw = (users: number, throughput: number, think: number): number => users / throughput - think

/** The universal scalability law: X(N) = γN/(1 + α(N - 1) + βN(N - 1)); α contention, β coherency. */
export function usl(n: number, gamma: number, alpha: number, beta: number): number {
  return (gamma * n) / (1 + alpha * (n - 1) + beta * n * (n - 1))
}

/** The load at which the law of scalability has its maximum. */
export const uslPeak = (alpha: number, beta: number): number => sqrt((1 - alpha) / beta)

/** Kingman (1961): G/G/1 waits no longer than about this; `arrivalCv2` and `serviceCv2` are squared. */
export function kingman(lambda: number, mu: number, arrivalCv2: number, serviceCv2: number): number {
  const rho = lambda / mu
  return rho < 1 ? ((rho / (1 - rho)) * (arrivalCv2 + serviceCv2)) / (2 * mu) : Number.POSITIVE_INFINITY
}

/** The most that a server can do that takes `base` + `each` · n for a batch of n <= `batch`. */
export const batchThroughput = (batch: number, base: number, each: number): number => batch / (base + each * batch)
