import { setTimeout as delay } from 'node:timers/promises';
import {
  foldOperation,
  foldRun,
  type MarketOpsEvent,
  type OperationState,
  operationStream,
  type RunState,
  runStream,
} from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { type Live, openUnverified, probeRedis, withReader } from '@marketops/operator';
import { type LedgerReader, openLedger } from '@marketops/operator/reading';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { githubView } from '../demo/github-view.js';
import { CliError } from '../errors.js';
import type { System } from '../processes/system-options.js';

/** Where the attacks happen: a private system, and what somebody has who can reach its Redis. */
export interface World {
  readonly system: System;
  readonly live: Live;
  readonly ledger: LedgerReader;
  readonly signal: AbortSignal;
  /** Adds any job to any queue. */
  forge(queue: string, name: string, data: unknown, jobId?: string): Promise<void>;
  /** Takes a job out of a queue, as soon as it is there: the event that caused it stands a moment earlier. */
  intercept(queue: string, jobId: string): Promise<void>;
  /** Asks for a plan as any upstream would: a bare job. Answers its run's id. */
  submit(request: Readonly<Record<string, unknown>>): Promise<string>;
  run(runId: string): Promise<RunState>;
  operation(runId: string, operationId: string): Promise<OperationState>;
  systemEvents(): Promise<readonly MarketOpsEvent[]>;
  /** Asks until there is an answer. @throws CliError `timed_out` */
  until<Found>(what: string, ask: () => Promise<Found | undefined>): Promise<Found>;
  /** The ledger's sequence of an event, once it has one: until then nothing has been proven. */
  sequenceOf(eventId: string): Promise<number>;
  /** How many requests that change something the simulated GitHub has been sent so far. */
  writes(): Promise<number>;
  close(): Promise<void>;
}

const principal = 'local';
const tenantId = 'acme';
const limitMs = 30_000;
const lookAgainMs = 25;

export async function openWorld(system: System, signal: AbortSignal): Promise<World> {
  const { loaded, redisUrl } = system;
  const facts = await probeRedis({ url: redisUrl, from: 'the running system' });
  const live = withReader(openUnverified(redisUrl, facts), loaded.keyring);
  const github = githubView(system.url, signal);
  let submitted = 0;
  const eventsOf = async (stream: string) => (await live.reader.read([stream]))[0]?.events ?? [];

  const until: World['until'] = async (what, ask) => {
    for (const deadlineMs = Date.now() + limitMs; ; ) {
      const found = await ask();
      if (found !== undefined) return found;
      if (Date.now() > deadlineMs) {
        throw new CliError('timed_out', `not within ${limitMs / 1_000} s: ${what}`, {
          next: 'Read the logs in .marketops/logs of the audit’s folder.',
        });
      }
      await delay(lookAgainMs, undefined, { signal });
    }
  };
  const ledger = await until('the ledger’s index', async () => openLedger(loaded));

  return {
    ...{ system, live, ledger, signal, until },
    async forge(queue, name, data, jobId) {
      await live.queue(queue).add(name, data, jobId === undefined ? {} : { jobId });
    },
    intercept: (queue, jobId) =>
      until(`job ${jobId}`, async () =>
        (await live.queue(queue).getJob(jobId))?.remove().then(() => true),
      ).then(() => undefined),
    async submit(request) {
      submitted += 1;
      const idempotencyKey = `audit-${submitted}`;
      const asked = {
        tenant_id: tenantId,
        repository: 'acme/widgets',
        idempotency_key: idempotencyKey,
        ...request,
      };
      await live.queue(queueNames.plans(principal)).add(jobNames.planRequested, asked);
      return deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey });
    },
    run: async (runId) => foldRun(await eventsOf(runStream(runId))),
    operation: async (runId, operationId) =>
      foldOperation(await eventsOf(operationStream(runId, operationId))),
    systemEvents: () => eventsOf('system'),
    sequenceOf: (eventId) =>
      until(
        `event ${eventId} in the ledger`,
        async () => (await ledger.index.entryOfEvent(eventId))?.entry.sequence,
      ),
    writes: async () => (await github.requests()).writes,
    async close() {
      await live.close();
      await ledger.close();
    },
  };
}
