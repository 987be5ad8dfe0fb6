import type { Settings } from '@marketops/engine';
import type { LedgerIndex } from '@marketops/journal';
import { readSystemFile } from '@marketops/operator';
import { bytes, reasonOf } from '@marketops/operator/words';
import { askHealth } from '../processes/health.js';
import type { JsonRecord } from '../processes/process.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Each service's own word, where this machine runs the system. */
export async function serviceFindings({ dataDir }: Pick<Settings, 'dataDir'>): Promise<Finding[]> {
  const system = readSystemFile(dataDir);
  if (system === undefined) {
    return [
      warn(
        'services',
        'no marketops dev runs over this folder',
        'Start it, or look on the machine where the services run.',
      ),
    ];
  }
  return Promise.all(
    Object.entries(system.services)
      .filter(([name]) => name !== 'github')
      .map(([name, { pid, health_port: port }]) =>
        serviceFinding(name, pid, port, `${dataDir}/logs/${name}.log`),
      ),
  );
}

async function serviceFinding(name: string, pid: number, port: number | null, log: string): Promise<Finding> {
  if (port === null) return warn(name, `process ${pid} has no health port`, `Read ${log}.`);
  try {
    const health = await askHealth(port);
    const memory = health['memory_rss_bytes'];
    const size = typeof memory === 'number' ? `, ${bytes(memory)}` : '';
    if (health['healthy'] === true) return ok(name, `process ${pid} is healthy${size}${standbyOf(health)}`);
    return fail(name, `process ${pid} says it is not healthy`, `Read ${log}.`);
  } catch (fault) {
    return fail(name, `process ${pid} does not answer: ${reasonOf(fault)}`, `Read ${log}.`);
  }
}

/** Of a ledger that waits for another: for whom. */
function standbyOf({ ledger }: JsonRecord): string {
  const { role, writer } = (ledger ?? {}) as { role?: unknown; writer?: { pid?: unknown } | null };
  if (role !== 'standby') return '';
  // A number and no more: what a holder says of itself stood in Redis, where anybody may have put it.
  return typeof writer?.pid === 'number'
    ? `, standby of process ${writer.pid}`
    : ', standby; no ledger writes now';
}

export function ledgerFinding(index: LedgerIndex | undefined): Finding {
  const head = index?.head();
  if (head === undefined) return warn('ledger', 'it has no entry yet', 'Start the ledger: marketops dev.');
  return ok(
    'ledger',
    `${head.sequence} entries, term ${head.term}, epoch ${head.epoch}, head ${head.hash.slice(0, 16)}…`,
  );
}
