import { expect, test } from 'vitest'
import { formatDuration } from '../../base/units.ts'
import { proveModel } from '../../engine/proof/language.test-helper.ts'
import { CODEL_DEFAULTS } from '../../protocols/flow/aqm/codel.ts'
import { CONTROLLED_DELAY_DEFAULTS } from '../../protocols/flow/aqm/controlled-delay.ts'
import { FQ_CODEL_DEFAULTS } from '../../protocols/flow/aqm/fq-codel.ts'
import { PIE_DEFAULTS } from '../../protocols/flow/aqm/pie.ts'
import { RED_DEFAULTS } from '../../protocols/flow/aqm/red.ts'
import { HPA_DEFAULTS } from '../../protocols/flow/autoscaling/hpa.ts'
import { ENVOY_OUTLIER_DEFAULTS } from '../../protocols/flow/breakers/envoy-outlier.ts'
import { FAILURE_ACCRUAL_DEFAULTS } from '../../protocols/flow/breakers/failure-accrual.ts'
import { HYSTRIX_DEFAULTS } from '../../protocols/flow/breakers/hystrix.ts'
import { OPOSSUM_DEFAULTS } from '../../protocols/flow/breakers/opossum.ts'
import { RESILIENCE4J_DEFAULTS } from '../../protocols/flow/breakers/resilience4j.ts'
import { PATIENCE } from '../../protocols/flow/buffers/buffer.ts'
import { DISCIPLINE_DEFAULTS } from '../../protocols/flow/buffers/policies.ts'
import { AIMD_DEFAULTS } from '../../protocols/flow/limits/aimd.ts'
import { ENVOY_GRADIENT_DEFAULTS } from '../../protocols/flow/limits/envoy-gradient.ts'
import { GRADIENT_DEFAULTS } from '../../protocols/flow/limits/gradient.ts'
import { GRADIENT2_DEFAULTS } from '../../protocols/flow/limits/gradient2.ts'
import { RATE_DEFAULTS } from '../../protocols/flow/limits/token-bucket.ts'
import { VEGAS_DEFAULTS } from '../../protocols/flow/limits/vegas.ts'
import { WINDOWED_DEFAULTS } from '../../protocols/flow/limits/windowed.ts'
import { flowInvariants } from '../../protocols/flow/pipeline/judges.ts'
import { PIPELINE_LIMITS, SOURCE_DEFAULTS, STAGE_DEFAULTS } from '../../protocols/flow/pipeline/settings.ts'
import { SENDER_DEFAULTS } from '../../protocols/flow/pipeline/tcp-settings.ts'
import { FAULTS } from '../../protocols/flow/pipeline/types.ts'
import { NETWORK_LIMITS } from '../../protocols/flow/queueing/network.ts'
import { BACKOFF_DEFAULTS, GRPC_BACKOFF_EXAMPLE } from '../../protocols/flow/retries/backoff.ts'
import { AWS_BUCKET_2026, AWS_BUCKET_DEFAULTS } from '../../protocols/flow/retries/bucket-aws.ts'
import { ENVOY_BUDGET_DEFAULTS } from '../../protocols/flow/retries/budget-envoy.ts'
import { FINAGLE_BUDGET_DEFAULTS } from '../../protocols/flow/retries/budget-finagle.ts'
import { GRPC_TOKENS_DEFAULTS } from '../../protocols/flow/retries/tokens-grpc.ts'
import { CLIENT_THROTTLING_DEFAULTS } from '../../protocols/flow/shedding/client-throttling.ts'
import { DAGOR_DEFAULTS } from '../../protocols/flow/shedding/dagor.ts'
import { NACK_ADMISSION_DEFAULTS } from '../../protocols/flow/shedding/nack-admission.ts'
import { PRIORITY_SHEDDING_DEFAULTS } from '../../protocols/flow/shedding/priority.ts'
import { KAFKA_PRODUCER } from '../../protocols/flow/streams/batching.ts'
import { BDP, HTTP2 } from '../../protocols/flow/streams/http2-windows.ts'
import { KAFKA_CONSUMER } from '../../protocols/flow/streams/kafka-consumer.ts'
import { NODE_20 } from '../../protocols/flow/streams/node-stream.ts'
import { REACTOR_PREFETCH, RXJAVA_PREFETCH } from '../../protocols/flow/streams/reactive-streams.ts'
import { REFEREE } from '../../protocols/flow/streams/referee.ts'
import { BBR } from '../../protocols/flow/tcp/bbr.ts'
import { CUBIC } from '../../protocols/flow/tcp/cubic.ts'
import { RECEIVER } from '../../protocols/flow/tcp/receive-window.ts'
import { RENO } from '../../protocols/flow/tcp/reno.ts'
import { RTO_LINUX } from '../../protocols/flow/tcp/rto.ts'
import { SENDER } from '../../protocols/flow/tcp/sender.ts'
import { flowLab } from './world.ts'

const model = proveModel(flowLab)

/** What every mechanism is set to when nothing is said, in the order of the table. */
const DEFAULTS: readonly (readonly [name: string, constants: object])[] = [
  ['A source', SOURCE_DEFAULTS],
  ['A stage', STAGE_DEFAULTS],
  ['Orders of a queue', DISCIPLINE_DEFAULTS],
  ['Patience', PATIENCE],
  ['Controlled delay (no verb)', CONTROLLED_DELAY_DEFAULTS],
  ['Prefetch of Reactor', REACTOR_PREFETCH],
  ['Prefetch of RxJava', RXJAVA_PREFETCH],
  ['Referee of Reactive Streams (no verb)', REFEREE],
  ['HTTP/2', HTTP2],
  ['Bandwidth-delay estimator of gRPC (no verb)', BDP],
  ['Node streams', NODE_20],
  ['Kafka consumer', KAFKA_CONSUMER],
  ['Kafka producer (no verb)', KAFKA_PRODUCER],
  ['A sender', SENDER_DEFAULTS],
  ['Every sender', SENDER],
  ['Timeout of Linux (no verb)', RTO_LINUX],
  ['A receiver', RECEIVER],
  ['Reno', RENO],
  ['CUBIC', CUBIC],
  ['BBR', BBR],
  ['Token bucket, GCRA', RATE_DEFAULTS],
  ['CoDel', CODEL_DEFAULTS],
  ['FQ-CoDel', FQ_CODEL_DEFAULTS],
  ['PIE', PIE_DEFAULTS],
  ['RED', RED_DEFAULTS],
  ['AIMD', AIMD_DEFAULTS],
  ['Vegas', VEGAS_DEFAULTS],
  ['Gradient', GRADIENT_DEFAULTS],
  ['Gradient2', GRADIENT2_DEFAULTS],
  ['The window before Vegas and the gradients', WINDOWED_DEFAULTS],
  ["Envoy's gradient", ENVOY_GRADIENT_DEFAULTS],
  ['Shedding by priority', PRIORITY_SHEDDING_DEFAULTS],
  ['DAGOR', DAGOR_DEFAULTS],
  ["Google's throttling", CLIENT_THROTTLING_DEFAULTS],
  ["Finagle's admission", NACK_ADMISSION_DEFAULTS],
  ['Backoff', BACKOFF_DEFAULTS],
  ["gRPC's example of a backoff (no verb)", GRPC_BACKOFF_EXAMPLE],
  ["Finagle's budget", FINAGLE_BUDGET_DEFAULTS],
  ["Envoy's budget", ENVOY_BUDGET_DEFAULTS],
  ["gRPC's tokens", GRPC_TOKENS_DEFAULTS],
  ["AWS's bucket", AWS_BUCKET_DEFAULTS],
  ["AWS's bucket as announced (no verb)", AWS_BUCKET_2026],
  ['Hystrix', HYSTRIX_DEFAULTS],
  ['resilience4j', RESILIENCE4J_DEFAULTS],
  ['opossum', OPOSSUM_DEFAULTS],
  ["Envoy's outlier detection", ENVOY_OUTLIER_DEFAULTS],
  ["Finagle's failure accrual (no verb)", FAILURE_ACCRUAL_DEFAULTS],
  ['Autoscaler', HPA_DEFAULTS],
]

/** `window 10s, up (period 15s, pods 4)`: names as in the code, durations without their unit in the name. */
const written = (constants: object): string =>
  Object.entries(constants)
    .map(([name, value]) =>
      name.endsWith('Us') && (value === null || typeof value === 'number')
        ? `${name.slice(0, -2)} ${value === null ? 'none' : formatDuration(value)}`
        : `${name} ${writtenValue(value)}`,
    )
    .join(', ')

function writtenValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' ')
  return typeof value === 'object' && value !== null ? `(${written(value)})` : String(value ?? 'none')
}

test('every mechanism stands there with its constants', () => {
  const section = model.slice(model.indexOf('### Mechanisms'), model.indexOf('## 3. '))
  const rows = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, name, text]) => `${name}: ${text}`)
  expect(rows.slice(2)).toEqual(DEFAULTS.map(([name, constants]) => `${name}: ${written(constants)}`))
})

test('every judge and every planted fault stands there', () => {
  for (const { title, source } of flowInvariants) {
    expect(model).toContain(`| ${title} |`)
    expect(model).toContain(` ${source} |`)
  }
  for (const fault of FAULTS) expect(model).toContain(`- \`${fault}\``)
})

test('its limits are those of the code', () => {
  expect(model).toContain(`| A pipeline | ${written(PIPELINE_LIMITS)} |`)
  expect(model).toContain(`| The fast kernel | ${written(NETWORK_LIMITS)} |`)
})
