import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { catalogue, type MetricDefinition } from '@marketops/engine';
import { describe, expect, it } from 'vitest';
import { alerts, dashboard, expressions, pathOf, ruleTests, textOf } from './files.js';
import { namesIn, type Selector } from './promql.js';

const metrics = new Map<string, MetricDefinition>(Object.entries(catalogue));
/** On every series: of ours, of the scrape, and of a histogram's buckets. */
const everywhere = new Set(['service', 'job', 'instance', 'le']);
/** Of the scrape, and of the process; that these are exported is seen in tests/flow/telemetry.long.test.ts. */
const foreign = /^(?:up$|process_|nodejs_)/;

/** The metric whose series a name selects: of a histogram there are three kinds. */
function metricOf(name: string): MetricDefinition | undefined {
  const [, base = name, part] = /^(.*?)(_bucket|_sum|_count)?$/.exec(name) ?? [];
  const histogram = metrics.get(base);
  if (part !== undefined && histogram?.type === 'histogram') return histogram;
  const metric = metrics.get(name);
  return metric?.type === 'histogram' ? undefined : metric;
}

/** What is wrong with a selector, for whoever wrote it. */
function faultsIn({ metric: name, matchers }: Selector): string[] {
  if (foreign.test(name)) return [];
  const metric = metricOf(name);
  if (metric === undefined) return [`nothing exports ${name}`];
  return matchers.flatMap(({ label, operator, value }) => {
    if (everywhere.has(label)) return [];
    const allowed = metric.labels[label];
    if (allowed === undefined) return [`${name} has no label ${label}`];
    if (allowed === 'configured') return [];
    const asked = operator.includes('~') ? value.split('|') : [value];
    return asked.filter((one) => !allowed.includes(one)).map((one) => `${label} of ${name} is never ${one}`);
  });
}

describe('what the dashboard and the alerts ask for', () => {
  it.each(expressions())(
    '%s: every metric is exported by some process, with these labels and values',
    (_, asked) => {
      const { selectors, labels } = namesIn(asked);
      expect(selectors.length).toBeGreaterThan(0);
      expect(selectors.flatMap(faultsIn)).toEqual([]);
      const known = new Set(selectors.flatMap(({ metric }) => Object.keys(metricOf(metric)?.labels ?? {})));
      expect(labels.filter((label) => !everywhere.has(label) && !known.has(label))).toEqual([]);
    },
  );

  it('each metric is looked at by one of them', () => {
    const asked = new Set(
      expressions().flatMap(([, text]) => namesIn(text).selectors.map(({ metric }) => metric)),
    );
    const isAsked = (name: string) =>
      ['', '_bucket', '_sum', '_count'].some((part) => asked.has(name + part));
    expect([...metrics.keys()].filter((name) => !isAsked(name))).toEqual([]);
  });

  it.each([
    ['sum by (queue) (rate(nobody_exports_this_total[5m]))', ['nothing exports nobody_exports_this_total']],
    ['marketops_jobs_total{outcome="lost"}', ['outcome of marketops_jobs_total is never lost']],
    ['marketops_jobs_total{run_id="x"}', ['marketops_jobs_total has no label run_id']],
    ['marketops_job_duration_seconds > 1', ['nothing exports marketops_job_duration_seconds']],
    ['up == 0 and on (queue) marketops_queue_jobs{queue="a{b}",state=~"waiting|active"} offset 5m', []],
  ])('given %s, then it would be found out', (asked, faults) => {
    expect(namesIn(asked).selectors.flatMap(faultsIn)).toEqual(faults);
  });

  it('each panel says what it shows, and no two have the same title', () => {
    const shown = dashboard().panels.filter(({ type }) => type !== 'row');
    for (const { title, description } of shown)
      expect([title, description ?? '']).toEqual([title, expect.stringMatching(/\.$/)]);
    expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length);
  });
});

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

describe('the alerts', () => {
  it.each(alerts().map((alert) => [alert.alert, alert] as const))(
    '%s has a severity, a sentence and a runbook that is there, and a made-up value it fires on',
    (name, { labels, annotations }) => {
      expect(labels['severity']).toMatch(/^(?:critical|warning)$/);
      expect(annotations['summary']).toMatch(/^[A-Z].*\.$/);
      const [page = '', anchor = ''] = (annotations['runbook_url'] ?? '').split('#');
      expect(page).toMatch(/^docs\/.*\.md$/);
      const headings = [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
      expect(headings).toContain(anchor);
      const tried = ruleTests()
        .tests.flatMap((test) => test.alert_rule_test)
        .filter((one) => one.alertname === name);
      expect(tried.map(({ exp_alerts: fired = [] }) => fired.length > 0).sort()).toEqual([false, true]);
    },
  );

  it('the made-up values are of metrics that are exported', () => {
    const series = ruleTests().tests.flatMap(({ input_series: given }) => given.map((one) => one.series));
    expect(series.flatMap((one) => namesIn(one).selectors.flatMap(faultsIn))).toEqual([]);
  });

  it('there is one for each thing that was asked for', () => {
    const asked = [
      'LedgerLag',
      'OutboxOld',
      'Held',
      'Uncertain',
      'RunStalled',
      'KeyExpires',
      'ClockSkew',
      'DiskLow',
    ];
    expect(alerts().map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(asked.map((one) => `MarketOps${one}`)),
    );
  });
});

/** Part of Prometheus; Debian has it in its package `prometheus`. */
const promtool = process.env['PROMTOOL'] ?? 'promtool';
const isThere = existsSync(promtool) || spawnSync(promtool, ['--version'], { timeout: 5_000 }).status === 0;

describe(isThere ? 'promtool' : 'promtool, which is not on this machine', () => {
  const run = (...args: string[]): string =>
    execFileSync(promtool, args, { cwd: pathOf('infra/dashboards'), encoding: 'utf8', timeout: 30_000 });

  it.skipIf(!isThere)('accepts the rules and the configuration', () => {
    expect(run('check', 'rules', 'alerts.yml')).toContain(`${alerts().length} rules found`);
    expect(run('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
  });

  it.skipIf(!isThere)('fires each alert on its made-up value, and none in a calm system', () => {
    expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});
