import { newUlid } from '@marketops/engine';
import { OperatorError } from '@marketops/operator';
import { makeProof } from '@marketops/operator/proofs';
import { allow, demand } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import { type ConsoleApp, serve } from '../../server/serve.js';
import type { World } from '../../world/world.js';
import { refusalAnswer } from '../respond.js';
import { doBulk, previewBulk } from './bulk.js';
import { cancel, meant, previewDigest, refusalOf, retry } from './bulk-view.js';
import { getPlan, getRun } from './detail.js';
import { detailOf } from './detail-view.js';
import { followRun as followRunRoute } from './events.js';
import { exported } from './export.js';
import { findRun, tenantOf } from './find.js';
import { changesOfRuns, eventsOfRun, feedOfRuns } from './following.js';
import { getAdvisories, getProof, getRunLedger, getStates, getTimeline } from './history.js';
import { chainOf, entryView, momentsOf, timelineView } from './history-view.js';
import { countRuns, exportRuns, followRuns, listRuns } from './list.js';
import { streamMessages } from './messages.js';
import { planView } from './plan-view.js';
import { queryOf } from './query.js';
import { cancelRun, retryRun, submitRun } from './submit.js';
import { keyOf, submit } from './submitting.js';

export function serveRuns(app: ConsoleApp, world: World): void {
  serve(app, world, submitRun, async ({ allowed, body, headers }, c) => {
    demand(allowed, body.tenant_id);
    const key = keyOf(headers['idempotency-key'], body);
    const submitted = await submit(world, { principal: allowed.caller.principal, request: body, key });
    c.header('location', `/v1/runs/${submitted.run_id}`);
    return submitted;
  });
  serve(app, world, retryRun, async ({ allowed, params, body, headers }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    demand(allowed, tenantOf(record));
    const key = headers['idempotency-key'] ?? `retry-${newUlid()}`;
    return retry(world, allowed, record, { mode: body.mode, key });
  });
  serve(app, world, cancelRun, async ({ allowed, params, body }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    demand(allowed, tenantOf(record));
    return cancel(world, record, allowed.caller.principal, body.reason);
  });
  serveLists(app, world);
  serveOneRun(app, world);
  serveBulk(app, world);
}

function serveLists(app: ConsoleApp, world: World): void {
  serve(app, world, listRuns, async ({ allowed, query }) => {
    const { limit, cursor, total, ...filter } = query;
    const page = world.index.search({
      ...queryOf(filter, allowed),
      ...{ limit, cursor, withTotal: total === 'true' },
    });
    return { ...page, complete: world.index.state().state === 'live' };
  });
  serve(app, world, countRuns, async ({ allowed }) => world.index.totals(allowed.visible));
  serve(app, world, exportRuns, async ({ allowed, query }, c) => {
    const { format, ...filter } = query;
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json';
    const disposition = `attachment; filename="runs.${format}"`;
    return c.body(exported(world.index, queryOf(filter, allowed), format), 200, {
      ...{ 'content-type': type, 'content-disposition': disposition },
    });
  });
  serve(app, world, followRuns, ({ allowed, query, headers }, c) => {
    const last = headers['last-event-id'] ?? query.last_event_id;
    const source = query.view === 'feed' ? feedOfRuns : changesOfRuns;
    return streamMessages(c, { world, allowed }, source(world, allowed, last));
  });
}

function serveOneRun(app: ConsoleApp, world: World): void {
  serve(app, world, getRun, async ({ allowed, params }) =>
    detailOf(world, allowed, await findRun(world, allowed, params.run_id)),
  );
  serve(app, world, getPlan, async ({ allowed, params, query }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    return planView(world, allowed, record, query.against);
  });
  serve(app, world, getTimeline, async ({ allowed, params }) => {
    const { record, runs } = await findRun(world, allowed, params.run_id);
    return timelineView(record, await chainOf(runs, record.runId));
  });
  serve(app, world, getStates, async ({ allowed, params }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    return {
      run_id: record.runId,
      operations: record.operations.map(({ id }) => id),
      moments: momentsOf(record),
    };
  });
  serve(app, world, getAdvisories, async ({ allowed, params }) => {
    const { record } = await findRun(world, allowed, params.run_id);
    const advisories = record.operations.flatMap(({ state }) => state.advised?.data.advisory ?? []);
    return { run_id: record.runId, advisories };
  });
  serve(app, world, getRunLedger, async ({ allowed, params, query }) => {
    const { record, runs } = await findRun(world, allowed, params.run_id);
    const chain = await chainOf(runs, record.runId);
    const verified = new Set(record.events.map(({ sequence }) => sequence));
    const all = [...chain.values()].filter(({ entry }) => entry.sequence > query.after);
    const page = all.slice(0, query.limit);
    return {
      entries: page.map((one) => entryView(one, verified.has(one.entry.sequence))),
      next: all.length > page.length ? (page.at(-1)?.entry.sequence ?? null) : null,
    };
  });
  serve(app, world, getProof, async ({ allowed, params }, c) => {
    const { record } = await findRun(world, allowed, params.run_id);
    const bundle = await makeProof(world.loaded(), record.runId).catch((fault: unknown) => {
      // It has just begun: that the caller may see it is known.
      if (!(fault instanceof OperatorError) || fault.code !== 'run_not_found') throw fault;
      throw new OperatorError('proof_not_ready', `the ledger has nothing of ${record.runId} yet`, {
        next: 'Ask again in a moment.',
      });
    });
    return c.body(bundle, 200, {
      'content-type': 'application/vnd.marketops.proof+json',
      'content-disposition': `attachment; filename="${record.runId}.proof.json"`,
    });
  });
  serve(app, world, followRunRoute, async ({ allowed, params, query, headers }, c) => {
    const { record } = await findRun(world, allowed, params.run_id);
    const last = headers['last-event-id'] ?? query.last_event_id;
    const untilEnd = query.until_end === 'true';
    const source = eventsOfRun(world, record, { view: query.view, untilEnd, last });
    return streamMessages(c, { world, allowed }, source);
  });
}

function serveBulk(app: ConsoleApp, world: World): void {
  serve(app, world, previewBulk, async ({ allowed, body: { action, what } }) => {
    const { rows, more } = meant(world, allowed, what);
    const judged = rows.map((run) => ({ run, refusal: refusalOf(allowed, action, run) }));
    const eligible = judged.flatMap(({ run, refusal }) => (refusal === undefined ? [run] : []));
    const ids = eligible.map(({ run_id }) => run_id);
    return {
      action,
      eligible,
      refused: judged.flatMap(({ run, refusal }) => (refusal === undefined ? [] : [{ run, ...refusal }])),
      more,
      preview_digest: previewDigest(action, ids),
    };
  });
  serve(app, world, doBulk, async ({ allowed, body }, c) => {
    const { action, run_ids: ids, preview_digest, reason } = body;
    if (previewDigest(action, ids) !== preview_digest)
      throw new ConsoleError('preview_stale', 'these are not the runs that the preview showed', {
        next: 'Look at a new preview.',
      });
    const results = [];
    for (const runId of new Set(ids)) results.push(await doOne(runId));
    return { results };

    async function doOne(runId: string) {
      const nothing = { run_id: runId, done: false, code: null, message: null, new_run_id: null };
      try {
        const { record } = await findRun(world, allowed, runId);
        // As the single operation asks it: who may stop runs may not therefore ask for new ones.
        const one = action === 'cancel' ? 'cancelRun' : 'retryRun';
        demand(allow(allowed.caller, one), tenantOf(record));
        if (action === 'cancel') {
          const { cancel: said } = await cancel(world, record, allowed.caller.principal, reason);
          const late = said === 'too_late';
          return late
            ? { ...nothing, code: 'run_ended', message: 'It has ended meanwhile.' }
            : { ...nothing, done: true };
        }
        // The same retry twice is one run: the key is made of what was previewed.
        const key = `bulk-${preview_digest.slice(0, 16)}-${runId}`;
        const { run_id: newRunId } = await retry(world, allowed, record, { mode: undefined, key });
        return { ...nothing, done: true, new_run_id: newRunId };
      } catch (fault) {
        const instance = c.get('requestId');
        const asked = { operation: 'doBulk', caller: allowed.caller, instance };
        const { code, detail: message } = refusalAnswer(world, fault, asked);
        return { ...nothing, code, message };
      }
    }
  });
}
