import type { Actor } from '@marketops/contracts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type CollectorName, catalogue, type MetricDefinition, type MetricName } from './catalogue.js';
import { boundLabels, knownCombinations } from './labels.js';
import type { Exposition, ScrapedMetrics } from './metrics.js';

/** So long a scrape waits for whatever it asks. */
export const collectorLimitMs = 2_000;

interface Registered {
  readonly metric: Counter | Gauge | Histogram;
  readonly bound: (labels: Readonly<Record<string, string>>) => Record<string, string>;
}

/**
 * The metrics of one process, in the registry of its own that `/metrics` shows. What is counted by names that are all known
 * starts at 0: `increase()` over a counter that is not there sees no first time.
 */
export function openPrometheus(service: Actor): ScrapedMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const metrics = new Map<string, Registered>();
  for (const [name, definition] of Object.entries<MetricDefinition>(catalogue)) {
    if (definition.of.includes(service)) metrics.set(name, register(registry, name, definition));
  }
  const valued = (name: MetricName, value: number): Registered | undefined =>
    Number.isFinite(value) ? metrics.get(name) : undefined;

  const collecting = new Map<CollectorName, () => void | Promise<void>>();
  const ask = async (collector: CollectorName, collect: () => void | Promise<void>): Promise<void> => {
    let late: NodeJS.Timeout | undefined;
    try {
      const limit = new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new RangeError('too late')), collectorLimitMs);
      });
      await Promise.race([limit, Promise.resolve().then(collect)]);
    } catch {
      self.count('marketops_collector_failures_total', { collector });
    } finally {
      clearTimeout(late);
    }
  };
  const gather = async (): Promise<Exposition> => {
    await Promise.all([...collecting].map(([collector, collect]) => ask(collector, collect)));
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
  let scraping: Promise<Exposition> | undefined;

  const self: ScrapedMetrics = {
    count(name, labels, by = 1) {
      const found = valued(name, by);
      if (found?.metric instanceof Counter && by >= 0) found.metric.inc(found.bound(labels), by);
    },
    observe(name, labels, value) {
      const found = valued(name, value);
      if (found?.metric instanceof Histogram) found.metric.observe(found.bound(labels), value);
    },
    set(name, labels, value) {
      const found = valued(name, value);
      if (found?.metric instanceof Gauge) found.metric.set(found.bound(labels), value);
    },
    clear: (name) => metrics.get(name)?.metric.reset(),
    onScrape: (collector, collect) => void collecting.set(collector, collect),
    // Whoever asks while one is under way is told the same: scrapes cannot pile up.
    scrape: () =>
      (scraping ??= gather().finally(() => {
        scraping = undefined;
      })),
  };
  return self;
}

function register(registry: Registry, name: string, definition: MetricDefinition): Registered {
  const { type, help, labels, buckets } = definition;
  const labelNames = Object.keys(labels);
  const bound = boundLabels(labels);
  const common = { name, help, labelNames, registers: [registry] };
  if (type === 'gauge') return { metric: new Gauge(common), bound };
  if (type === 'histogram') {
    return { metric: new Histogram({ ...common, buckets: [...(buckets ?? [])] }), bound };
  }
  const metric = new Counter(common);
  for (const known of knownCombinations(labels) ?? []) metric.inc(known, 0);
  return { metric, bound };
}
