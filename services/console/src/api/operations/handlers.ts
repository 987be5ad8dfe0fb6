import { statfs } from 'node:fs/promises';
import { isoTime, queueNames } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { deadLetters, readFrozenScopes, uncertainOperations } from '@marketops/operator';
import { covers, type Tenants } from '../../access/caller.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import { accountLimits } from '../../world/account-limits.js';
import type { World } from '../../world/world.js';
import { checkpointNow } from '../ledger/handlers.js';
import { frozenView } from '../orders/handlers.js';
import { placeOf, runAt } from '../place.js';
import { getLimits, getOverview, listDeadLetters, listKeys } from './contract.js';
import { keyInfo, letterView, limitsView, queueView } from './views.js';

export function serveOperations(app: ConsoleApp, world: World): void {
  serve(app, world, getLimits, async ({ allowed }) => ({
    accounts: (await accountLimits(world)).map((one) => limitsView(one, allowed.visible)),
  }));
  serve(app, world, listKeys, async () => ({
    keys: world.loaded().keyring.keys.map((key) => keyInfo(key, world.nowMs())),
  }));
  serve(app, world, listDeadLetters, async ({ allowed, query }) => {
    const runs = await world.reading.runs();
    const after = query.after === undefined ? undefined : runAt(runs, query.after);
    const page = { limit: query.limit, after };
    const dead =
      query.state === 'uncertain'
        ? await uncertainOperations(runs, page)
        : await deadLetters(world.loaded(), runs, page);
    const letters = dead.letters.filter(({ runId }) => isOf(world, allowed.tenants, runId));
    const next = dead.next === undefined ? null : ((await placeOf(runs, dead.next)) ?? null);
    return { letters: letters.map(letterView), next };
  });
  serve(app, world, getOverview, async ({ allowed }) => overview(world, allowed.visible));
}

/** What belongs to no run that is known belongs to no tenant. */
function isOf({ index }: World, tenants: Tenants, runId: string | null): boolean {
  if (tenants === 'all') return true;
  const row = runId === null ? undefined : index.get(runId, tenants);
  return row !== undefined && covers(tenants, row.tenant_id);
}

/** Every queue of the system. */
export function queueNamesOf(world: Pick<World, 'loaded'>): string[] {
  const { config } = world.loaded();
  return [
    ...Object.keys(config.principals).map(queueNames.plans),
    queueNames.authorizations,
    ...Object.keys(config.accounts).map(queueNames.publications),
    queueNames.runs,
    queueNames.ledger,
  ];
}

async function overview(world: World, visible: Tenants) {
  const runs = await world.reading.runs();
  const live = await world.reading.live();
  const nowMs = world.nowMs();
  const { dataDir, config, keyring } = world.loaded();
  const [queues, backlog, frozen, accounts, checkpoint, disk, skew] = await Promise.all([
    Promise.all(queueNamesOf(world).map((name) => queueView(name, live.queue(name), nowMs))),
    live.store.outboxBacklog(),
    readFrozenScopes(live, world.trust()),
    accountLimits(world),
    checkpointNow(world),
    statfs(ledgerPaths(dataDir).root).catch(() => undefined),
    skewMs(world),
  ]);
  const head = runs.ledger?.index.head();
  const totals = world.index.totals(visible);
  const index = world.index.state();
  const keys = keyring.keys.map((key) => keyInfo(key, nowMs));
  return {
    now: isoTime(nowMs),
    queues,
    ledger: {
      sequence: head?.sequence ?? 0,
      epoch: head?.epoch ?? null,
      term: head?.term ?? null,
      behind: backlog.appends,
      lag_ms: backlog.oldestMs === null ? 0 : Math.max(0, Math.round(nowMs - backlog.oldestMs)),
      checkpoint_size: checkpoint?.view.size ?? null,
      checkpoint_age_ms: ageOf(checkpoint?.view.signed_at ?? null, nowMs),
      free_bytes: disk === undefined ? null : disk.bavail * disk.bsize,
      reserve_bytes: config.ledger.room.reserve_bytes,
    },
    redis: { version: live.facts.version, durable: live.facts.durable, skew_ms: skew },
    run_index: { ...index, fault: index.fault?.message ?? null },
    uncertain: totals.by_flag.uncertain,
    stalled: totals.by_flag.stalled,
    held: totals.by_flag.held,
    freezes: frozen.scopes.map(frozenView),
    expiring_keys: keys.filter(({ state }) => state === 'expiring' || state === 'expired'),
    accounts: accounts.map((one) => limitsView(one, visible)),
  };
}

const ageOf = (at: string | null, nowMs: number): number | null =>
  at === null ? null : Math.max(0, Math.round(nowMs - Date.parse(at)));

async function skewMs({ redis }: World): Promise<number> {
  const before = Date.now();
  const [seconds, micros] = await redis.time();
  return Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - (before + Date.now()) / 2);
}
