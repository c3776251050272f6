import type { ReactNode } from 'react'
import { formatDuration } from '../../../base/units.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { SelectButton } from '../../../stage/actor-table.tsx'
import type { ElectionView, LedgerView, NodeView } from '../contract.ts'
import { count, grouped } from './describe.ts'
import { useView } from './hooks.ts'

interface Props {
  readonly session: LabSession
}

/** Everybody in tables: nodes, elections, failure reports, replication, clients, the ledger of writes. */
export function Overview({ session }: Props) {
  return (
    <div className="rs-panel">
      <Nodes session={session} />
      <Ledger session={session} />
      <Job session={session} />
      <Elections session={session} />
      <Reports session={session} />
      <Replications session={session} />
      <Clients session={session} />
      <p className="rs-hint">Select a node to see the cluster as that node believes it to be.</p>
    </div>
  )
}

/** Longer tables change so much ten times a second that nobody reads them, and that the page becomes slow. */
const ROWS_MAX = 24

interface TableProps {
  readonly title: string
  readonly heads: readonly string[]
  /** Rows that are left out. */
  readonly omitted?: number
  readonly children: ReactNode
}

function Table({ title, heads, omitted = 0, children }: TableProps) {
  return (
    <section>
      <h3>{title}</h3>
      <div className="cs-scroll">
        <table className="rs-overview">
          <thead>
            <tr>
              {heads.map((head) => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {omitted > 0 && <p className="rs-empty">and {omitted} more</p>}
    </section>
  )
}

function Nodes({ session }: Props) {
  const nodes = useView(session, (view) => view.nodes) ?? []
  return (
    <Table title="Nodes" heads={['node', 'role', 'slots', 'keys', 'epoch', 'state']}>
      {nodes.map((node) => (
        <tr key={node.name} data-out={node.status !== 'up'}>
          <th scope="row">
            <SelectButton session={session} name={node.name} />
          </th>
          <td>
            {node.status !== 'up' ? node.status : node.role === 'replica' ? `of ${node.master ?? '?'}` : node.role}
          </td>
          <td>{node.slots}</td>
          <td>{node.keys}</td>
          <td>{node.configEpoch}</td>
          <td className="cs-state">{stateOf(node)}</td>
        </tr>
      ))}
    </Table>
  )
}

function stateOf(node: NodeView): string {
  if (node.failedFor.length > 0) return `FAIL for ${node.failedFor.length}`
  if (node.suspectedBy.length > 0) return `PFAIL for ${node.suspectedBy.length}`
  if (node.status !== 'up') return '–'
  return node.clusterOk ? 'ok' : 'CLUSTERDOWN'
}

function Elections({ session }: Props) {
  const elections = useView(session, (view) => activeFirst(view.elections).slice(0, ROWS_MAX)) ?? []
  const all = useView(session, (view) => view.elections.length) ?? 0
  return (
    <Table
      title="Epochs and votes"
      omitted={all - elections.length}
      heads={['node', 'current', 'config', 'last vote', 'election']}
    >
      {elections.map((each) => (
        <tr key={each.node}>
          <th scope="row">
            <SelectButton session={session} name={each.node} />
          </th>
          <td>{each.currentEpoch}</td>
          <td>{each.configEpoch}</td>
          <td>{each.lastVoteEpoch}</td>
          <td>{campaignText(each)}</td>
        </tr>
      ))}
    </Table>
  )
}

/** Whoever stands in an election, then the others, each in their order. */
const activeFirst = (elections: readonly ElectionView[]): readonly ElectionView[] =>
  elections.length <= ROWS_MAX
    ? elections
    : [...elections].sort((a, b) => Number(b.campaign !== null) - Number(a.campaign !== null))

function campaignText({ campaign, manual }: ElectionView): string {
  const how = manual ? 'manual, ' : ''
  if (campaign === null) return manual ? 'manual failover' : '–'
  if (campaign.phase === 'waiting') return `${how}in ${campaign.startsInMs} ms, rank ${campaign.rank}`
  return `${how}${campaign.votes} of ${campaign.needed} votes in epoch ${campaign.epoch}`
}

function Reports({ session }: Props) {
  const reports = useView(session, (view) => view.reports.slice(0, ROWS_MAX)) ?? []
  const all = useView(session, (view) => view.reports.length) ?? 0
  if (reports.length === 0) return null
  return (
    <Table title="Failure reports" omitted={all - reports.length} heads={['about', 'says', 'kept by', 'age']}>
      {reports.map((report) => (
        <tr key={`${report.holder} ${report.about} ${report.reporter}`}>
          <th scope="row">{report.about}</th>
          <td>{report.reporter}</td>
          <td>{report.holder}</td>
          <td>
            {(report.ageMs / 1_000).toFixed(1)} of {report.validMs / 1_000} s
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Replications({ session }: Props) {
  const pairs = useView(session, (view) => view.replication.slice(0, ROWS_MAX)) ?? []
  const all = useView(session, (view) => view.replication.length) ?? 0
  if (pairs.length === 0) return null
  return (
    <Table
      title="Replication"
      omitted={all - pairs.length}
      heads={['replica', 'master', 'link', 'offset', 'lag', 'acknowledged', 'backlog']}
    >
      {pairs.map((pair) => (
        <tr key={pair.replica}>
          <th scope="row">
            <SelectButton session={session} name={pair.replica} />
          </th>
          <td>{pair.master}</td>
          <td>{pair.link}</td>
          <td>{pair.offset}</td>
          <td>{pair.lagBytes} B</td>
          <td>{pair.ackOffset === null ? '–' : `${pair.ackOffset}, ${pair.ackAgeMs ?? 0} ms ago`}</td>
          <td>
            {pair.backlogBytes} of {pair.backlogSize} B
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Clients({ session }: Props) {
  const clients = (useView(session, (view) => view.clients) ?? []).filter((client) => client.role === 'client')
  if (clients.length === 0) return null
  return (
    <Table
      title="Clients"
      heads={['client', 'style', 'answers/s', 'MOVED/s', 'ASK/s', 'MOVED', 'ASK', 'refreshed', 'lost']}
    >
      {clients.map((client) => (
        <tr key={client.name}>
          <th scope="row">
            <SelectButton session={session} name={client.name} />
          </th>
          <td>{client.style}</td>
          <td>{client.answeredPerSecond}</td>
          <td>{client.movedPerSecond}</td>
          <td>{client.askPerSecond}</td>
          <td>{client.moved}</td>
          <td>{client.ask}</td>
          <td>{client.refreshes}</td>
          <td>{client.timeouts}</td>
        </tr>
      ))}
    </Table>
  )
}

/** What the clients were promised, and what became of it. */
function Ledger({ session }: Props) {
  const ledger = useView(session, (view) => view.ledger)
  if (ledger === null || ledger.acknowledged + ledger.unknown === 0) return null
  return (
    <section>
      <h3>Ledger of writes</h3>
      <dl className="cs-ledger">
        <Figure name="acknowledged" value={ledger.acknowledged} />
        <Figure name="survived" value={ledger.survived} />
        <Figure name="at risk" value={ledger.atRisk} />
        <Figure name="lost" value={ledger.lost} bad={ledger.lost > 0} />
        <Figure name="unknown" value={ledger.unknown} />
      </dl>
      <Losses ledger={ledger} />
    </section>
  )
}

function Figure({
  name,
  value,
  bad = false,
}: {
  readonly name: string
  readonly value: number
  readonly bad?: boolean
}) {
  return (
    <div data-bad={bad}>
      <dt>{name}</dt>
      <dd>{grouped(value)}</dd>
    </div>
  )
}

function Losses({ ledger }: { readonly ledger: LedgerView }) {
  if (ledger.lost === 0) return null
  return (
    <>
      <ul className="cs-loss-rules">
        {ledger.lostBy.map(({ rule, count: lost }) => (
          <li key={rule}>
            <strong>{lost}</strong> {rule}
          </li>
        ))}
      </ul>
      <details>
        <summary>The newest {count(ledger.losses.length, 'lost write')}</summary>
        <ul className="cs-losses">
          {ledger.losses.map((loss) => (
            <li key={`${loss.key} ${loss.value} ${loss.acknowledgedUs}`}>
              <code>
                SET {loss.key} {loss.value}
              </code>{' '}
              of {loss.client}: {loss.node} said OK at {formatDuration(loss.acknowledgedUs)}
              {loss.waited !== null && `, WAIT counted ${loss.waited}`}; lost at {formatDuration(loss.lostUs)}
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

function Job({ session }: Props) {
  const job = useView(session, (view) => view.job)
  if (job === null) return null
  return (
    <section>
      <h3>{job.title}</h3>
      <progress className="cs-progress" max={Math.max(1, job.total)} value={job.done} aria-label="Slots moved" />
      <p>
        {job.done} of {count(job.total, 'slot')}
        {job.finished ? ', done' : ''}
      </p>
      <p className="cs-step">{job.failure ?? job.step}</p>
    </section>
  )
}
