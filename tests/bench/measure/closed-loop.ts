/** One side of the benchmark: takes runs in, says which have completed. */
export interface Subject {
  readonly name: string;
  /** Hands over runs; resolves when they are in the queue. */
  submit(ids: readonly string[]): Promise<void>;
  onCompleted(listener: (ids: readonly string[]) => void): void;
}

export interface LoopResult {
  readonly runs: number;
  readonly seconds: number;
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Keeps `window` runs in flight until `runs` have completed. Latency is from just before a run is handed over until
 * its completion is heard of.
 * @throws RangeError when nothing has completed for `silenceMs`.
 */
export async function closedLoop(
  subject: Subject,
  options: {
    readonly runs: number;
    readonly window: number;
    readonly chunk: number;
    readonly prefix: string;
    readonly silenceMs: number;
  },
): Promise<LoopResult> {
  const startedAt = new Map<string, number>();
  const latencies: number[] = [];
  let submitted = 0;
  const begin = performance.now();
  let lastHeard = begin;
  let watch: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    let submitting = false;
    const fill = async () => {
      if (submitting) return;
      submitting = true;
      while (submitted < options.runs && startedAt.size <= options.window - options.chunk) {
        const ids: string[] = [];
        for (let n = 0; n < options.chunk && submitted < options.runs; n += 1, submitted += 1) {
          const id = `${options.prefix}-${submitted}`;
          ids.push(id);
          startedAt.set(id, performance.now());
        }
        await subject.submit(ids);
      }
      submitting = false;
    };
    watch = setInterval(() => {
      if (performance.now() - lastHeard > options.silenceMs) {
        reject(
          new RangeError(
            `${subject.name}: ${latencies.length} of ${options.runs} runs completed, then silence`,
          ),
        );
      }
    }, 500);
    subject.onCompleted((ids) => {
      const now = performance.now();
      lastHeard = now;
      for (const id of ids) {
        const since = startedAt.get(id);
        if (since === undefined) continue;
        startedAt.delete(id);
        latencies.push(now - since);
      }
      if (latencies.length >= options.runs) resolve();
      else fill().catch(reject);
    });
    fill().catch(reject);
  }).finally(() => clearInterval(watch));
  const seconds = (performance.now() - begin) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    runs: options.runs,
    seconds,
    runsPerSecond: options.runs / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}
