import type { MarketOpsEvent } from '@marketops/contracts';
import type { JobSpec } from '@marketops/store';
import type { Telemetry as QueueTelemetry } from 'bullmq';
import type { Subject } from './trace-ids.js';

/** A job at the moment its handler begins. */
export interface TracedJob extends Subject {
  readonly queue: string;
  readonly name: string;
  readonly id: string;
  readonly attempt: number;
}

/** Something that is over, and that a run's trace is to show. Times in epoch milliseconds. */
interface PastSpan {
  readonly name: string;
  readonly runId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Where the spans of a process go. */
export interface Tracing {
  /** For BullMQ's queues and workers. */
  readonly queues?: QueueTelemetry;
  /** What a job carries so that its worker's span belongs to its run; undefined where it is of none, or of many. */
  jobMetadata(job: Pick<JobSpec, 'data'>): string | undefined;
  /** Handles a job inside a span of its run's trace. What is thrown is thrown on. */
  handling<Result>(job: TracedJob, handle: () => Promise<Result>): Promise<Result>;
  /** What was appended, as events of the span that is active. */
  appended(events: readonly MarketOpsEvent[]): void;
  past(span: PastSpan): void;
  /** Sends what has not been sent, for a few seconds at most. */
  close(): Promise<void>;
}

/** Traces nothing, and costs nothing. */
export const tracingOff: Tracing = {
  jobMetadata: () => undefined,
  handling: (_job, handle) => handle(),
  appended: () => undefined,
  past: () => undefined,
  close: () => Promise.resolve(),
};
