import type { CollectorName, CounterName, GaugeName, HistogramName, LabelsOf } from './catalogue.js';

/** What a process measures of itself. A metric that is not of its service, or whose value is no number, is left out. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Forgets every value of a gauge: of what is there no longer nothing is to be said. */
  clear(name: GaugeName): void;
  /**
   * Asks the world at each scrape, for at most `collectorLimitMs`. One that fails, or takes longer, is counted, and keeps
   * nobody from being told the rest.
   */
  onScrape(collector: CollectorName, collect: () => void | Promise<void>): void;
}

/** Measures nothing, and costs nothing. */
export const metricsOff: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  set: () => undefined,
  clear: () => undefined,
  onScrape: () => undefined,
};

/** What a scrape is answered. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Metrics that can be asked for. */
export interface ScrapedMetrics extends Metrics {
  scrape(): Promise<Exposition>;
}
