import { textOf } from '../../protocols/cluster/bytes.ts'
import { atRisk, type Ledger, LOSS_RULES, type LossRule, ledger } from '../../protocols/cluster/judges/ledger.ts'
import type { ClusterProtocol } from '../../protocols/cluster/state.ts'
import type { Meter } from '../../sim/plan.ts'
import type { Simulation } from '../../sim/simulation.ts'
import type { LedgerView } from './contract.ts'

export const ledgerMeter: Meter<ClusterProtocol, Ledger> = ledger

const LOSSES_SHOWN = 50
/** Keys that are looked at for writes on one node only. */
const RISK_KEYS_MAX = 500

/** Acknowledged writes and what became of them. */
export function ledgerView(world: Simulation<ClusterProtocol>): LedgerView {
  const { acknowledged, lost, unknown, lostBy, losses } = world.meterMemory(ledger.id) as Ledger
  const risk = atRisk(world.meterMemory(ledger.id) as Ledger, world, RISK_KEYS_MAX)
  return {
    acknowledged,
    survived: acknowledged - lost - risk,
    atRisk: risk,
    lost,
    unknown,
    lostBy: Object.entries(lostBy).map(([rule, count]) => ({ rule: LOSS_RULES[rule as LossRule], count })),
    losses: losses
      .slice(losses.end - LOSSES_SHOWN, losses.end)
      .reverse()
      .map(({ key, value, client, node, acknowledgedUs, lostUs, waited, rule }) => ({
        key: textOf(key),
        value: textOf(value),
        client,
        node,
        acknowledgedUs,
        lostUs,
        waited,
        rule: LOSS_RULES[rule],
      })),
  }
}
