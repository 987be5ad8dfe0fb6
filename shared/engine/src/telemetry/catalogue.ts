import {
  type Actor,
  type EventType,
  gateChecks,
  OperationKind,
  RunStatus,
  vocabulary,
} from '@marketops/contracts';

/** A metric of Prometheus, as its documentation and its alerts know it. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /**
   * Of each label every value it may have, or `configured`: names out of marketops.yml or of our own code, of which the first
   * `labelValuesMax` are kept apart. Never an id of a run, an operation, a receipt, a job or a tenant.
   */
  readonly labels: Readonly<Record<string, readonly string[] | 'configured'>>;
  /** The services that export it. */
  readonly of: readonly Actor[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

const workers = ['planner', 'federation', 'publisher', 'ledger'] as const satisfies readonly Actor[];
const andConsole = [...workers, 'console'] as const satisfies readonly Actor[];
const secondsFast = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const secondsSlow = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What became of a job when its handler was done with it. */
export const jobOutcomes = [
  'done',
  'retired',
  'held',
  'throttled',
  'retried',
  'refused',
  'dead',
  'unexpected',
] as const;
export type JobOutcome = (typeof jobOutcomes)[number];

/** What is asked of the world at each scrape. */
export const collectors = [
  'queues',
  'clock',
  'keys',
  'freezes',
  'ledger',
  'outbox',
  'disk',
  'github',
  'run_index',
] as const;
export type CollectorName = (typeof collectors)[number];

/**
 * Every metric of ours, in one table: code can write no other, `docs/observability.md` lists these, and dashboards and alerts
 * may name no other. (Those of the process itself, `process_*` and `nodejs_*`, are prom-client's.) All of them have the label
 * `service` besides their own.
 */
export const catalogue = {
  marketops_jobs_total: {
    type: 'counter',
    help: 'Jobs that a handler was done with, by what became of them. Each item of a group counts.',
    labels: { queue: 'configured', outcome: jobOutcomes },
    of: workers,
  },
  marketops_job_duration_seconds: {
    type: 'histogram',
    help: 'How long a handler was at a job, in seconds.',
    labels: { queue: 'configured' },
    of: workers,
    buckets: secondsSlow,
  },
  marketops_queue_jobs: {
    type: 'gauge',
    help: 'Jobs in a queue. The same from every process that works it: take the maximum.',
    labels: { queue: 'configured', state: ['waiting', 'active', 'delayed', 'failed'] },
    of: workers,
  },
  marketops_queue_oldest_age_seconds: {
    type: 'gauge',
    help: 'How long the job that is next in a queue has been there, in seconds; 0 where none waits.',
    labels: { queue: 'configured' },
    of: workers,
  },
  marketops_append_duration_seconds: {
    type: 'histogram',
    help: 'From asking for an append to its answer, in seconds.',
    labels: {
      outcome: [
        'appended',
        'append_conflict',
        'partition_closed',
        'epoch_changed',
        'frozen',
        'run_retired',
        'failed',
      ],
    },
    of: workers,
    buckets: secondsFast,
  },
  marketops_append_conflicts_total: {
    type: 'counter',
    help: 'Appends that found somebody else had been first. Each is decided again.',
    labels: {},
    of: workers,
  },
  marketops_events_appended_total: {
    type: 'counter',
    help: 'Events this process appended, by type.',
    labels: { type: Object.keys(vocabulary) as EventType[] },
    of: workers,
  },
  marketops_outbox_appends: {
    type: 'gauge',
    help: 'Appends whose jobs no queue has yet, as the relay of this process last saw them.',
    labels: {},
    of: workers,
  },
  marketops_outbox_oldest_age_seconds: {
    type: 'gauge',
    help: 'How long the oldest of those has waited for its queue, in seconds; 0 where there is none.',
    labels: {},
    of: workers,
  },
  marketops_outbox_relayed_total: {
    type: 'counter',
    help: 'Appends whose jobs the relay enqueued, because whoever appended them did not.',
    labels: {},
    of: workers,
  },
  marketops_clock_skew_seconds: {
    type: 'gauge',
    help: 'How far this machine’s clock is from that of Redis, in seconds: above 0 where it is ahead.',
    labels: {},
    of: workers,
  },
  marketops_key_expires_in_seconds: {
    type: 'gauge',
    help: 'Until the last key this service may sign with for a purpose runs out, in seconds. Absent where one has no end.',
    labels: { purpose: ['actor', 'mint', 'acknowledgement', 'checkpoint'] },
    of: andConsole,
  },
  marketops_frozen_scopes: {
    type: 'gauge',
    help: 'Scopes that are frozen in the control keys, by their kind; `room` is a ledger that is short of disk.',
    labels: { kind: ['all', 'tenant', 'account', 'repository', 'room'] },
    of: workers,
  },
  marketops_collector_failures_total: {
    type: 'counter',
    help: 'Scrapes that could not ask for something; its metrics are missing from them.',
    labels: { collector: collectors },
    of: andConsole,
  },
  marketops_runs_total: {
    type: 'counter',
    help: 'Runs that have ended, by how.',
    labels: { status: RunStatus.options },
    of: ['planner'],
  },
  marketops_runs_stalled_total: {
    type: 'counter',
    help: 'Times that a run was found to wait past its deadline for what does not come.',
    labels: {},
    of: ['planner'],
  },
  marketops_receipts_total: {
    type: 'counter',
    help: 'Receipts: issued, advised (advisory: not enforceable), expired unused, revoked.',
    labels: { event: ['issued', 'advised', 'expired', 'revoked'] },
    of: ['federation'],
  },
  marketops_gate_answers_total: {
    type: 'counter',
    help: 'What each of the twelve checks answered. All are asked at each presentation.',
    labels: { check: gateChecks, verdict: ['pass', 'hold', 'refuse', 'not_asked'] },
    of: ['publisher'],
  },
  marketops_holds_total: {
    type: 'counter',
    help: 'Operations that were held, by the reason’s code; an operation counts once per reason.',
    labels: { reason: 'configured' },
    of: ['publisher'],
  },
  marketops_effects_total: {
    type: 'counter',
    help: 'Operations with an outcome, by kind.',
    labels: {
      kind: OperationKind.options,
      outcome: ['succeeded', 'failed', 'refused', 'uncertain', 'reconciled'],
    },
    of: ['publisher'],
  },
  marketops_github_requests_left: {
    type: 'gauge',
    help: 'What is left of an account’s budget in a window; `reported` is GitHub’s own word on its hour.',
    labels: {
      account: 'configured',
      window: ['primary_per_hour', 'points_per_minute', 'writes_per_minute', 'writes_per_hour', 'reported'],
    },
    of: ['publisher'],
  },
  marketops_github_paused_seconds: {
    type: 'gauge',
    help: 'How much longer GitHub has asked an account to pause, in seconds; 0 where it has not.',
    labels: { account: 'configured' },
    of: ['publisher'],
  },
  marketops_github_pauses_total: {
    type: 'counter',
    help: 'Times that GitHub asked an account to pause. Every publisher hears of each: take the maximum.',
    labels: { account: 'configured' },
    of: ['publisher'],
  },
  marketops_ledger_writer: {
    type: 'gauge',
    help: '1 where this process is the ledger’s writer, 0 where it stands by.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_lag_appends: {
    type: 'gauge',
    help: 'Appends in the outbox that the ledger has not acknowledged.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_lag_seconds: {
    type: 'gauge',
    help: 'How long the oldest of those has waited, in seconds by the clock of Redis; 0 where there is none.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_unsettled_events: {
    type: 'gauge',
    help: 'Events that are on their way to the disk, or there and not yet acknowledged and indexed.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_sequence: {
    type: 'gauge',
    help: 'The sequence of the last entry that is durable, indexed and acknowledged.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_term: { type: 'gauge', help: 'The writer’s term.', labels: {}, of: ['ledger'] },
  marketops_ledger_epoch: { type: 'gauge', help: 'The epoch of Redis’s data.', labels: {}, of: ['ledger'] },
  marketops_ledger_batch_events: {
    type: 'histogram',
    help: 'Events in one commit.',
    labels: {},
    of: ['ledger'],
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000],
  },
  marketops_ledger_batch_bytes: {
    type: 'histogram',
    help: 'Bytes of the journal in one commit.',
    labels: {},
    of: ['ledger'],
    buckets: [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216],
  },
  marketops_ledger_sync_duration_seconds: {
    type: 'histogram',
    help: 'One fdatasync of the journal, in seconds.',
    labels: {},
    of: ['ledger'],
    buckets: secondsFast,
  },
  marketops_ledger_tiles_behind_entries: {
    type: 'gauge',
    help: 'Entries that no published checkpoint covers yet.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_quarantined_streams: {
    type: 'gauge',
    help: 'Streams that nobody may act on until they are repaired.',
    labels: {},
    of: ['ledger'],
  },
  marketops_ledger_closed_partitions: {
    type: 'gauge',
    help: 'Partitions of Redis that are closed, of 64.',
    labels: {},
    of: ['ledger'],
  },
  marketops_disk_free_bytes: {
    type: 'gauge',
    help: 'What the disk of the ledger, or of the blobs, has left.',
    labels: { place: ['ledger', 'blobs'] },
    of: ['ledger'],
  },
  marketops_disk_size_bytes: {
    type: 'gauge',
    help: 'How large that disk is.',
    labels: { place: ['ledger', 'blobs'] },
    of: ['ledger'],
  },
  marketops_disk_reserve_bytes: {
    type: 'gauge',
    help: 'Below this nothing is minted or started.',
    labels: { place: ['ledger', 'blobs'] },
    of: ['ledger'],
  },
  marketops_http_requests_total: {
    type: 'counter',
    help: 'Requests that were answered, by operation of the API (`none`: pages and files) and class of status.',
    labels: { route: 'configured', status: ['2xx', '3xx', '4xx', '5xx'] },
    of: ['console'],
  },
  marketops_http_request_duration_seconds: {
    type: 'histogram',
    help: 'From a request to the beginning of its answer, in seconds.',
    labels: { route: 'configured' },
    of: ['console'],
    buckets: secondsSlow,
  },
  marketops_http_refusals_total: {
    type: 'counter',
    help: 'Requests that were refused or failed, by the code of the problem.',
    labels: { reason: 'configured' },
    of: ['console'],
  },
  marketops_http_event_streams: {
    type: 'gauge',
    help: 'Event streams that somebody has open.',
    labels: {},
    of: ['console'],
  },
  marketops_run_index_live: {
    type: 'gauge',
    help: '1 where the list of runs follows the ledger, 0 while it is made again or cannot be kept.',
    labels: {},
    of: ['console'],
  },
  marketops_run_index_runs: {
    type: 'gauge',
    help: 'Runs in the list.',
    labels: {},
    of: ['console'],
  },
  marketops_run_index_lag_entries: {
    type: 'gauge',
    help: 'Entries of the ledger that are not in the list of runs yet. Absent where there is no ledger.',
    labels: {},
    of: ['console'],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof catalogue;
type NameOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof catalogue)[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<keyof (typeof catalogue)[Name]['labels'] & string, string>
>;
