import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '@marketops/contracts';
import { catalogue, jobNames, type MetricDefinition, queueNames, traceIdOf } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expressions } from '../dashboards/files.js';
import { namesIn } from '../dashboards/promql.js';
import { type OtlpCollector, type ReceivedSpan, startOtlpCollector } from '../support/otlp-collector.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const tag = { id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', target: 'main', message: 'Widgets 1.4.0' };
const release = {
  ...{ id: 'release', kind: 'publish_release', depends_on: ['tag'], tag_name: 'v1.4.0' },
  ...{ release_name: 'Widgets 1.4.0', body: 'Rounder than ever.' },
};
const services = ['planner', 'federation', 'publisher', 'ledger'] as const satisfies readonly Actor[];

let collector: OtlpCollector;
let the: TemporarySystem;
let runId: string;

beforeAll(async () => {
  collector = await startOtlpCollector();
  the = await temporarySystem({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      MARKETOPS_LOG_LEVEL: 'debug',
    },
  });
  const runs = await the.client.submit([
    { mode: 'prod', operations: [tag, release] },
    { mode: 'prod', operations: [{ ...tag, target: 'no-such-branch', tag_name: 'v9' }] },
    { mode: 'prod', operations: [{ ...tag, kind: 'no_such_kind' }] },
  ]);
  runId = runs[0] ?? '';
  await the.client.ended(runs);
});
afterAll(async () => {
  await the?.close();
  await collector?.close();
});

const ofRun = (): ReceivedSpan[] => collector.spans.filter(({ traceId }) => traceId === traceIdOf(runId));
const handled = (span: ReceivedSpan): boolean => span.name.startsWith('handle ');
const portOf = (service: string): number =>
  Number(the.system.processes.find(({ name }) => name === service)?.ready?.['health_port']);
const scrape = async (service: string): Promise<string> =>
  (
    await fetch(`http://127.0.0.1:${portOf(service)}/metrics`, { signal: AbortSignal.timeout(10_000) })
  ).text();

describe('the trace of a run', () => {
  it('is one, from the request to the last acknowledgement, over all four services', async () => {
    await collector.until(() =>
      ofRun().some(({ events }) => events.some(({ name }) => name === 'run.completed')),
    );
    await collector.until(() => ofRun().filter(({ name }) => name === 'ledger acknowledge').length >= 5);
    const spans = ofRun();
    expect(new Set(spans.map(({ service }) => service))).toEqual(
      new Set(services.map((service) => `marketops-${service}`)),
    );
    const names = spans.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...[`run ${runId}`, 'handle plan.requested', 'handle plan.generated', 'handle receipt.issued'],
        ...['handle run.changed', 'ledger commit', 'ledger acknowledge'],
        ...['process {authorizations}', 'process {publications-acme}', 'process {runs}', 'addBulk {runs}'],
      ]),
    );
    expect(names.filter((name) => name === 'handle receipt.issued')).toHaveLength(2);
  });

  it('has one root, and every other span hangs below one that is there', () => {
    const spans = ofRun();
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentSpanId }) => parentSpanId === '').map(({ name }) => name)).toEqual([
      `run ${runId}`,
    ]);
    expect(spans.filter(({ parentSpanId }) => parentSpanId !== '' && !ids.has(parentSpanId))).toEqual([]);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  });

  it('says of each handler the run, the queue, the attempt, the operation, and what it appended', () => {
    for (const { attributes } of ofRun().filter(handled))
      expect(attributes).toMatchObject({
        'marketops.run_id': runId,
        'messaging.destination.name': expect.stringMatching(/^\{.+\}$/),
        'marketops.attempt': expect.anything(),
        'marketops.outcome': expect.stringMatching(/^(?:done|held)$/),
      });
    const published = ofRun().filter(({ name }) => name === 'handle receipt.issued');
    expect(published.map(({ attributes }) => attributes['marketops.operation_id']).sort()).toEqual([
      'release',
      'tag',
    ]);
    const said = ofRun().flatMap(({ events }) => events.map(({ name }) => name));
    for (const type of [
      'plan.requested',
      'plan.generated',
      'receipt.issued',
      'operation.started',
      'run.completed',
    ])
      expect(said).toContain(type);
    expect(said.filter((type) => type === 'operation.succeeded')).toHaveLength(2);
  });

  it('given a job that somebody adds again, without any context, then it stands in the same trace', async () => {
    const before = ofRun().filter(handled).length;
    await the.client.forge(queueNames.runs, jobNames.run, { run_id: runId });
    await collector.until(() => ofRun().filter(handled).length > before);
    const again = ofRun().filter(handled).at(-1);
    expect(again?.links).toHaveLength(1);
  });

  it('given jobs whose context is rubbish, then they are handled all the same', async () => {
    const connection = connectRedis(the.system.redisUrl);
    const queue = new Queue(queueNames.runs, { connection });
    const rubbish = await queue.add(
      jobNames.run,
      { run_id: runId },
      { telemetry: { metadata: '{"traceparent":[' } },
    );
    await the.client.until(
      'the job is gone',
      async () => (await queue.getJob(rubbish.id ?? '')) === undefined,
    );
    await queue.close();
    connection.disconnect();
  });

  it('given a context that an upstream system sent along, then the run keeps it as a link and has its own trace', async () => {
    const upstream = 'a'.repeat(32);
    const metadata = JSON.stringify({ traceparent: `00-${upstream}-${'b'.repeat(16)}-01` });
    const connection = connectRedis(the.system.redisUrl);
    const queue = new Queue(queueNames.plans('local'), { connection });
    const request = {
      tenant_id: 'acme',
      repository: 'acme/widgets',
      idempotency_key: 'upstream-1',
      operations: [tag],
    };
    await queue.add(jobNames.planRequested, request, { telemetry: { metadata } });
    const linked = (span: ReceivedSpan): boolean => span.links.some(({ traceId }) => traceId === upstream);
    await collector.until((spans) => spans.some(linked));
    const planned = collector.spans.find(linked);
    expect(planned?.name).toBe('handle plan.requested');
    expect(planned?.traceId).toBe(traceIdOf(String(planned?.attributes['marketops.run_id'])));
    await queue.close();
    connection.disconnect();
  });

  it('X3: carries ids and codes, and neither the texts of errors nor what jobs hold', () => {
    const sent = collector.bodies.join('\n');
    for (const text of [
      'Rounder than ever',
      'no-such-branch',
      'no_such_kind',
      'exception.message',
      'Bearer ',
    ])
      expect(sent).not.toContain(text);
  });
});

describe('the metrics of the processes', () => {
  it.each(services)('%s exports every metric of its own, and no id of a run', async (service) => {
    const text = await scrape(service);
    const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const own = Object.entries<MetricDefinition>(catalogue).filter(([, { of }]) => of.includes(service));
    expect(own.map(([name]) => name).filter((name) => !told.has(name))).toEqual([]);
    const ours = [...told].filter((name) => name?.startsWith('marketops_'));
    expect(ours).toHaveLength(own.length);
    expect(text).not.toMatch(/run_[0-9a-z]{26}/);
    expect(text).not.toMatch(/^marketops_collector_failures_total\{.*\} [1-9]/m);
    expect(text.split('\n').length).toBeLessThan(1_000);
  });

  it('those of the process that dashboards ask for are there', async () => {
    const text = (await Promise.all(services.map(scrape))).join('\n');
    const asked = expressions().flatMap(([, expression]) =>
      namesIn(expression).selectors.map(({ metric }) => metric),
    );
    const foreign = [...new Set(asked)].filter((name) => /^(?:process|nodejs)_/.test(name));
    expect(foreign.length).toBeGreaterThan(2);
    expect(foreign.filter((name) => !new RegExp(`^${name}[ {]`, 'm').test(text))).toEqual([]);
  });

  it('count what happened: a tag, a release, two receipts, three runs', async () => {
    const [planner, federation, publisher, ledger] = await Promise.all(services.map(scrape));
    expect(publisher).toContain(
      'marketops_effects_total{kind="tag_repo",outcome="succeeded",service="publisher"} 1',
    );
    expect(publisher).toContain('{kind="publish_release",outcome="succeeded",service="publisher"} 1');
    expect(publisher).toMatch(/marketops_gate_answers_total\{check="acknowledged",verdict="pass".*\} [2-9]/);
    expect(federation).toContain('marketops_receipts_total{event="issued",service="federation"} 2');
    expect(planner).toContain('marketops_runs_total{status="completed",service="planner"} 1');
    expect(ledger).toContain('marketops_ledger_writer{service="ledger"} 1');
    expect(ledger).toMatch(/marketops_ledger_sync_duration_seconds_count\{.*\} [1-9]/);
  });
});

describe('the log', () => {
  it('each line about a job names its run and its trace', () => {
    const lines = services.flatMap((service) =>
      readFileSync(join(the.system.loaded.dataDir, 'logs', `${service}.log`), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    );
    const ofJobs = lines.filter(({ queue, job }) => queue !== undefined && job !== undefined);
    expect(ofJobs.map(({ msg }) => msg)).toContain('refused');
    const named = ofJobs.filter((line) => line['run_id'] !== undefined);
    expect(ofJobs.filter((line) => line['run_id'] === undefined)).toEqual([]);
    for (const line of named) expect(line['trace_id']).toBe(traceIdOf(String(line['run_id'])));
  });
});
