import type { FaultPoint } from '@marketops/publisher';

/** What a publisher under test does when an execution of this run comes to this point for the nth time. */
export interface Stop {
  readonly runId: string;
  readonly point: FaultPoint;
  /** From 1, counted over all attempts of the run in this process. */
  readonly nth: number;
  /**
   * `kill`: SIGKILL to itself, before anything else happens. `stop`: SIGSTOP to itself; it goes on with SIGCONT. `wait`: the
   * execution waits for `go_on`, the rest of the process works. `linger`: the execution goes on by itself after `ms`.
   */
  readonly how: 'kill' | 'stop' | 'wait' | 'linger';
  readonly ms?: number;
}

/** From the test to a publisher. */
export type Order =
  | { readonly order: 'serve'; readonly queue: string }
  | { readonly order: 'stop_at'; readonly stop: Stop }
  | { readonly order: 'go_on'; readonly runId: string };

/** From a publisher to the test. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'passed'; readonly runId: string; readonly point: FaultPoint }
  /** It is about to stop or wait there. */
  | { readonly report: 'stands'; readonly runId: string; readonly point: FaultPoint }
  /** The handler of a job has ended; with what it threw. */
  | { readonly report: 'handled'; readonly runId: string; readonly fault: string | null };
