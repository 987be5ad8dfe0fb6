import { afterEach, describe, expect, it, vi } from 'vitest';
import { catalogue, type MetricDefinition } from './catalogue.js';
import { boundLabels, labelValuesMax, otherValue } from './labels.js';
import type { Metrics } from './metrics.js';
import { collectorLimitMs, openPrometheus } from './prometheus.js';

/** Lines of the exposition that are values of that metric. */
const valuesOf = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

/** As somebody would who is not held by the types, and means ill. */
interface AnyMetrics {
  count(name: string, labels: Record<string, string>, by?: number): void;
  observe(name: string, labels: Record<string, string>, value: number): void;
  set(name: string, labels: Record<string, string>, value: number): void;
}

afterEach(() => vi.useRealTimers());

describe('metrics of a process', () => {
  it('given what was counted, observed and set, then it is told, with the service', async () => {
    const metrics = openPrometheus('publisher');
    metrics.count('marketops_holds_total', { reason: 'frozen' }, 2);
    metrics.observe('marketops_append_duration_seconds', { outcome: 'appended' }, 0.003);
    metrics.set('marketops_clock_skew_seconds', {}, -0.5);
    const { text, contentType } = await metrics.scrape();
    expect(contentType).toContain('text/plain');
    expect(valuesOf(text, 'marketops_holds_total')).toEqual([
      'marketops_holds_total{reason="frozen",service="publisher"} 2',
    ]);
    expect(valuesOf(text, 'marketops_clock_skew_seconds')).toEqual([
      'marketops_clock_skew_seconds{service="publisher"} -0.5',
    ]);
    expect(text).toContain(
      'marketops_append_duration_seconds_count{service="publisher",outcome="appended"} 1',
    );
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('given a metric of other services, or what is no number, then nothing is told of it', async () => {
    const metrics = openPrometheus('planner');
    metrics.set('marketops_ledger_sequence', {}, 7);
    metrics.set('marketops_clock_skew_seconds', {}, Number.NaN);
    metrics.count('marketops_outbox_relayed_total', {}, -1);
    const { text } = await metrics.scrape();
    expect(text).not.toContain('marketops_ledger_sequence');
    expect(valuesOf(text, 'marketops_outbox_relayed_total')).toEqual([
      'marketops_outbox_relayed_total{service="planner"} 0',
    ]);
  });

  it('given a counter whose labels are known, then every one of them starts at 0', async () => {
    const { text } = await openPrometheus('publisher').scrape();
    const answers = valuesOf(text, 'marketops_gate_answers_total');
    expect([answers.length, answers.every((line) => line.endsWith(' 0'))]).toEqual([48, true]);
  });

  it.each([...new Set(Object.values<MetricDefinition>(catalogue).flatMap((metric) => metric.of))])(
    'given three hundred values for every label of every metric of %s, then its series stay few',
    async (service) => {
      const metrics = openPrometheus(service);
      const any: AnyMetrics = metrics as Metrics as unknown as AnyMetrics;
      for (const [name, { labels }] of Object.entries<MetricDefinition>(catalogue)) {
        for (let at = 0; at < 300; at += 1) {
          const invented = Object.fromEntries(Object.keys(labels).map((label) => [label, `run_${at}`]));
          any.count(name, invented);
          any.observe(name, invented, 1);
          any.set(name, invented, 1);
        }
      }
      const { text } = await metrics.scrape();
      expect(text.split('\n').length).toBeLessThan(6_000);
      for (const [name, { type, of, labels }] of Object.entries<MetricDefinition>(catalogue)) {
        if (!of.includes(service) || type === 'histogram') continue;
        const values = Object.values(labels).map((allowed) =>
          allowed === 'configured' ? labelValuesMax : allowed.length,
        );
        const most = values.reduce((product, count) => product * (count + 1), 1);
        expect(valuesOf(text, name).length).toBeLessThanOrEqual(most);
      }
    },
  );

  it('given a label from configuration, then the first ones are kept apart and the rest are others; a long one is cut', () => {
    const bound = boundLabels({ queue: 'configured', state: ['waiting'] });
    for (let at = 0; at < labelValuesMax; at += 1) bound({ queue: `q${at}`, state: 'waiting' });
    expect(bound({ queue: 'q3', state: 'waiting' })).toEqual({ queue: 'q3', state: 'waiting' });
    expect(bound({ queue: 'q-more', state: 'burning' })).toEqual({ queue: otherValue, state: otherValue });
    expect(boundLabels({ queue: 'configured' })({ queue: 'x'.repeat(5_000) })['queue']).toHaveLength(100);
  });

  it('given something that fails or does not answer at a scrape, then it is counted and the rest is told', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const metrics = openPrometheus('ledger');
    metrics.onScrape('clock', () => {
      throw new Error('at once');
    });
    metrics.onScrape('outbox', () => Promise.reject(new Error('later')));
    metrics.onScrape('queues', () => new Promise(() => undefined));
    metrics.onScrape('ledger', () => metrics.set('marketops_ledger_sequence', {}, 9));
    const scraped = metrics.scrape();
    expect(metrics.scrape()).toBe(scraped);
    await vi.advanceTimersByTimeAsync(collectorLimitMs);
    const { text } = await scraped;
    expect(text).toContain('marketops_ledger_sequence{service="ledger"} 9');
    const failed = valuesOf(text, 'marketops_collector_failures_total').filter((line) => line.endsWith(' 1'));
    expect(failed.map((line) => /collector="(\w+)"/.exec(line)?.[1]).sort()).toEqual([
      'clock',
      'outbox',
      'queues',
    ]);
  });
});
