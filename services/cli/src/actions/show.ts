import { loadConfig } from '@marketops/engine';
import { checksOf, contentsJson, openRuns, type RunRecord } from '@marketops/operator';
import { parseRunId } from '@marketops/operator/words';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderChecks } from '../render/checks.js';
import { renderPlan } from '../render/plan.js';
import { renderReceipts } from '../render/receipts.js';
import { renderOutcomes, renderRunHead } from '../render/run.js';
import { section } from '../render/section.js';

export async function show(invocation: Invocation, [text = '']: readonly string[]): Promise<number> {
  const { output, env, configPath } = invocation;
  const runId = parseRunId(text);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const record = await runs.read(runId);
    const trust = { config: loaded.config, keyring: openKeyring(nodeCrypto, loaded.keyring) };
    const checks = new Map(record.operations.map((one) => [one.id, checksOf(record, one, trust)]));
    output.document(asJson(record, checks));
    renderRunHead(output, record);
    if (record.plan !== undefined) {
      section(output, 'Publication plan');
      const operations = record.operations.flatMap(({ id, operation }) =>
        operation === undefined ? [] : [[id, operation] as const],
      );
      renderPlan(output, record.plan, new Map(operations));
    }
    if (record.operations.length > 0) {
      section(output, 'Receipts');
      renderReceipts(output, record);
      section(output, 'The twelve checks');
      for (const { id } of record.operations) renderChecks(output, id, checks.get(id) ?? []);
      section(output, 'Outcome');
      renderOutcomes(output, record);
    }
    const failed = [...checks.values()].flat().some(({ verdict }) => verdict === 'fails');
    return failed ? exitCodes.failed : exitCodes.held;
  } finally {
    await runs.close();
  }
}

function asJson(record: RunRecord, checks: ReadonlyMap<string, readonly object[]>) {
  const { runId, run, plan, request, operations, events, claims, contents } = record;
  return {
    run_id: runId,
    status: run.status,
    mode: run.mode,
    tenant_id: run.tenantId,
    principal: run.requested?.data.principal ?? null,
    retry_of: request?.retry_of ?? null,
    redriven: run.redriveOrders.map(({ time, data }) => ({ time, ...data.command })),
    outcome: run.completed?.data ?? null,
    rejected: run.rejected?.data ?? null,
    contents: contentsJson(contents),
    request: request ?? null,
    plan: plan ?? null,
    operations: operations.map(({ id, state, operation, events: own }) => ({
      operation_id: id,
      phase: state.phase,
      redrives: state.redrives,
      operation: operation ?? null,
      receipts: state.receipts,
      advisory: state.advised?.data.advisory ?? null,
      checks: checks.get(id) ?? [],
      outcome: state.outcome?.data ?? null,
      reconciled: state.reconciled?.data ?? null,
      drifted: state.drifted?.data ?? null,
      ledger_sequences: own.map(({ sequence }) => sequence ?? null),
    })),
    events: events.length,
    unverified_claims: claims.map(({ event, sequence }) => ({ sequence: sequence ?? null, ...event.data })),
  };
}
