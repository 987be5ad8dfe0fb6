import { type MarketOpsEvent, operationStream, type PublicationPlan, runStream } from '@marketops/contracts';
import { openTestEngine, type TestEngine } from '@marketops/engine/testing';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { openRedisStore } from '@marketops/store';
import { openRuns, type Runs } from '../runs/runs.js';

const digest = '0'.repeat(64);

/** Streams and queues in a Redis of its own, and no service and no ledger: what stands there, a test has said. */
export interface LiveSystem {
  readonly engine: TestEngine;
  readonly env: NodeJS.ProcessEnv;
  readonly runs: Runs;
  /** A run with one planned operation, `tag`, which the sweeper knows of. @returns its plan's digest */
  plannedRun(runId: string, over?: { readonly mode?: 'dry_run' | 'prod' }): Promise<string>;
  /** Puts one more event behind those of the run. */
  say(...of: Parameters<TestEngine['say']>): Promise<readonly MarketOpsEvent[]>;
  close(): Promise<void>;
}

export async function liveSystem(): Promise<LiveSystem> {
  const server: ProvidedRedis = await testRedis();
  const store = openRedisStore(server.url);
  const engine = await openTestEngine({ actor: 'planner', store, nowMs: Date.now() });
  const env = { REDIS_URL: server.url };
  const runs = await openRuns(engine.loaded, env);
  return {
    ...{ engine, env, runs },
    say: (...of) => engine.say(...of),
    async plannedRun(runId, { mode = 'prod' } = {}) {
      const plan: PublicationPlan = {
        ...{ version: 1, run_id: runId, tenant_id: 'acme', principal: 'ci', mode, request_digest: digest },
        operations: [
          {
            ...{ operation_id: 'tag', kind: 'tag_repo', repository: 'acme/widgets', depends_on: [] },
            ...{ operation_digest: digest, blocked_by_mode: mode === 'dry_run', would_ship: true },
            ...{ reasons: [], missing_prerequisites: [] },
          },
        ],
      };
      const plan_digest = planDigest(nodeCrypto, plan);
      await engine.appender.append({
        context: { tenantId: 'acme', runId, mode, causationId: null, correlationId: runId },
        streams: [
          {
            stream: runStream(runId),
            afterSeq: 0,
            events: [
              {
                type: 'plan.requested',
                data: {
                  ...{ principal: 'ci', idempotency_key: 'k', request_digest: digest },
                  request: { blob: `sha256:${digest}` },
                },
              },
              {
                type: 'plan.generated',
                data: {
                  ...{ plan_digest, plan: { inline: plan }, facts_digest: digest },
                  ...{ operations: 1, would_ship: 1, would_not_ship: 0 },
                },
              },
            ],
          },
          {
            stream: operationStream(runId, 'tag'),
            afterSeq: 0,
            events: [
              {
                type: 'operation.planned',
                data: {
                  ...{
                    operation_id: 'tag',
                    operation_kind: 'tag_repo',
                    operation_digest: digest,
                    plan_digest,
                  },
                  ...{ operation: { blob: `sha256:${digest}` }, depends_on: [] },
                  blocked_by_mode: mode === 'dry_run',
                },
              },
            ],
          },
        ],
        deadline: { runId, atMs: engine.clock.nowMs() + 60_000 },
      });
      return plan_digest;
    },
    async close() {
      await runs.close();
      await store.close();
      engine.close();
      await server.stop();
    },
  };
}
