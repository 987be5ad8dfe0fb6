import { roomScope } from '@marketops/contracts';
import { jobNames, type OrderTrust, queueNames, type Settings } from '@marketops/engine';
import {
  everyPartition,
  type FrozenScope,
  frozenInControl,
  type Live,
  type RedisPlace,
  readFrozenScopes,
  readSystemFile,
  shownUrl,
  type Unverified,
} from '@marketops/operator';
import { duration, plural, reasonOf, shownScope } from '@marketops/operator/words';
import { partitionCount } from '@marketops/store';
import { disagreement } from '../render/freezes.js';
import { type Finding, fail, ok, warn } from './finding.js';

const skewWarnMs = 1_000;
/** Beyond this the services hold everything. */
const skewFailMs = 5_000;

export function redisFindings(
  loaded: Settings,
  place: RedisPlace,
  { facts }: Pick<Unverified, 'facts'>,
): Finding[] {
  const { version, durable, evictionPolicy, skewMs } = facts;
  const where = `Redis ${version} at ${shownUrl(place.url)} (from ${place.from})`;
  const allowed =
    loaded.config.allow_non_durable_redis || readSystemFile(loaded.dataDir)?.allow_non_durable_redis === true;
  const findings = [
    durable
      ? ok('redis', `${where}, append-only file on`)
      : (allowed ? warn : fail)(
          'redis',
          `${where}, without an append-only file: what the ledger has not taken dies with it`,
          'Set appendonly yes; prod refuses it unless allow_non_durable_redis says otherwise.',
        ),
  ];
  if (evictionPolicy !== 'noeviction' && evictionPolicy !== 'unknown') {
    const next = 'Set maxmemory-policy noeviction: an evicted stream is a lost one.';
    findings.push(fail('redis', `maxmemory-policy is ${evictionPolicy}`, next));
  }
  const skew = `this clock and that of Redis differ by ${duration(Math.abs(skewMs))}`;
  const next = 'Synchronise the clocks; beyond 5 s everything is held.';
  if (Math.abs(skewMs) >= skewFailMs) findings.push(fail('clock', skew, next));
  else if (Math.abs(skewMs) >= skewWarnMs) findings.push(warn('clock', skew, next));
  else findings.push(ok('clock', skew));
  return findings;
}

/** The control keys: which partitions accept appends. */
export async function partitionFindings({ store }: Pick<Unverified, 'store'>): Promise<Finding[]> {
  const controls = await store.readControl(everyPartition);
  const reasons = new Map<string, number[]>();
  const epochs = new Set<number>();
  for (const [partition, control] of controls.entries()) {
    if (control !== null) epochs.add(control.epoch);
    if (control?.state === 'open') continue;
    const reason = control === null ? 'its control key is missing' : control.reason || 'no reason given';
    reasons.set(reason, [...(reasons.get(reason) ?? []), partition]);
  }
  const findings = [...reasons].map(([reason, partitions]) =>
    fail(
      'partitions',
      `${partitions.length} of ${partitionCount} closed (${listed(partitions)}): ${reason}`,
      'See docs/recovery.md. The ledger puts back by itself what a Redis has lost that still knows this system; an empty one waits for marketops ledger rebuild.',
    ),
  );
  if (findings.length === 0) {
    findings.push(ok('partitions', `all ${partitionCount} open, epoch ${[...epochs].join(', ')}`));
  }
  return findings;
}

/** What is frozen, and where the signed events and the control keys differ about it. */
export async function freezeFindings(
  live: Pick<Live, 'store' | 'reader'>,
  trust: OrderTrust,
): Promise<Finding[]> {
  try {
    return (await readFrozenScopes(live, trust)).scopes.map(freezeFinding);
  } catch (fault) {
    return [fail('frozen', `what is frozen cannot be read: ${reasonOf(fault)}`, 'Nothing starts meanwhile.')];
  }
}

/** The same where no signed event can be read: what the control keys say, which whoever writes Redis can change. */
export async function controlFreezeFindings({ store }: Pick<Unverified, 'store'>): Promise<Finding[]> {
  const frozen = [...(await frozenInControl(store))];
  const next = 'Mend keyring.json, then look again: without it no signed freeze can be read.';
  return frozen.map(([scope, { count, reason }]) =>
    warn('frozen', `${shownScope(scope)}, by ${count} of ${partitionCount} control keys: ${reason}`, next),
  );
}

function freezeFinding(frozen: FrozenScope): Finding {
  const { scope, events, controlReason = '' } = frozen;
  if (scope === roomScope)
    return fail(
      'room',
      `minting stands still: ${controlReason}`,
      'Make room: marketops ledger stats, docs/journal.md.',
    );
  const differ = disagreement(frozen);
  if (differ !== undefined) {
    const next =
      'Freeze the scope again, or have somebody else unfreeze it: marketops freezes, docs/freeze.md.';
    return fail('frozen', `${shownScope(scope)}: ${differ}`, next);
  }
  const by = events.map(({ data }) => data.principal).join(', ');
  const why = events.at(-1)?.data.reason ?? controlReason;
  return warn(
    'frozen',
    `${shownScope(scope)}, by ${by} since ${events[0]?.time ?? ''}: ${why}`,
    'Nothing new starts there until somebody else unfreezes it.',
  );
}

const listed = (partitions: readonly number[]): string =>
  partitions.length === partitionCount
    ? 'every one'
    : partitions
        .slice(0, 8)
        .map((at) => `p${String(at).padStart(2, '0')}`)
        .join(' ') + (partitions.length > 8 ? ' …' : '');

const outboxWarnMs = 5_000;
const outboxFailMs = 30_000;

/** What has been appended and the ledger has not taken; what has been appended and perhaps not enqueued. */
export async function outboxFindings({ store }: Pick<Unverified, 'store'>): Promise<Finding[]> {
  const [entries, nowMs, pending] = await Promise.all([
    store.readOutbox(new Map(), { countMax: 1_000, blockMs: 1 }),
    store.nowMs(),
    Promise.all(everyPartition.map((partition) => store.relayPending(partition, 1_000))),
  ]);
  const oldest = Math.min(...entries.map(({ id }) => Number(id.split('-')[0])));
  const lagMs = entries.length === 0 ? 0 : Math.max(0, nowMs - oldest);
  const detail =
    entries.length === 0
      ? 'empty: the ledger has everything'
      : `${plural(entries.length, 'append')} waiting for the ledger, the oldest for ${duration(lagMs)}`;
  const next = 'See whether the ledger runs, and its log: nothing is started that it has not acknowledged.';
  const outbox =
    lagMs >= outboxFailMs
      ? fail('outbox', detail, next)
      : lagMs >= outboxWarnMs
        ? warn('outbox', detail, next)
        : ok('outbox', detail);
  const relayed = pending.flat().length;
  return relayed === 0
    ? [outbox]
    : [
        outbox,
        warn(
          'relay',
          `${plural(relayed, 'append')} whose jobs may not be enqueued yet`,
          'Any running service enqueues them within seconds.',
        ),
      ];
}

/** How much waits where, and whether anybody works on it. */
export async function queueFindings({ config }: Settings, live: Unverified): Promise<Finding[]> {
  const names = [
    ...Object.keys(config.principals).map(queueNames.plans),
    queueNames.authorizations,
    ...Object.keys(config.accounts).map(queueNames.publications),
    queueNames.runs,
  ];
  return Promise.all(names.map((name) => queueFinding(live, name)));
}

async function queueFinding(live: Unverified, name: string): Promise<Finding> {
  const queue = live.queue(name);
  const counts = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed');
  const waiting = (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0);
  const detail = `${name}: ${waiting} waiting, ${counts['active'] ?? 0} active, ${counts['delayed'] ?? 0} delayed, ${counts['failed'] ?? 0} failed`;
  const workers = await queue.getWorkersCount().catch(() => undefined);
  if (workers === 0) {
    const next = 'Start the services: marketops dev.';
    return waiting > 0
      ? fail('queue', `${detail}, and nobody works it`, next)
      : warn('queue', `${detail}; nobody works it`, next);
  }
  if ((counts['failed'] ?? 0) > 0) {
    return warn(
      'queue',
      detail,
      `See marketops runs, and the services’ logs: a failed ${jobNames.planRequested} was refused.`,
    );
  }
  return ok('queue', detail);
}
