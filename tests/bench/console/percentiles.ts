/** Milliseconds. */
export interface Percentiles {
  readonly p50_ms: number;
  readonly p99_ms: number;
}

export function percentilesOf(ms: readonly number[]): Percentiles {
  const sorted = [...ms].sort((one, other) => one - other);
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2));
  return { p50_ms: at(0.5), p99_ms: at(0.99) };
}
