const entriesMax = 10_000;

/** One request to the API. `status` is 0 while it runs, and stays 0 where the connection was cut without an answer. */
export interface LoggedRequest {
  readonly method: string;
  /** With the query. Never holds a header, so no token. */
  readonly path: string;
  status: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What the simulated GitHub was asked. Counts are complete; the list keeps the newest requests. */
export class RequestLog {
  reads = 0;
  writes = 0;
  /** `POST /repos/{owner}/{repo}/releases` → how often; what no route fits counts under `<method> unknown`. */
  readonly perEndpoint = new Map<string, number>();
  readonly #entries: LoggedRequest[] = [];

  get entries(): readonly LoggedRequest[] {
    return this.#entries.slice(-entriesMax);
  }

  begin(method: string, path: string, endpoint: string): LoggedRequest {
    if (method === 'GET' || method === 'HEAD') this.reads += 1;
    else this.writes += 1;
    const key = `${method} ${endpoint}`;
    this.perEndpoint.set(key, (this.perEndpoint.get(key) ?? 0) + 1);
    const entry: LoggedRequest = { method, path, status: 0, at: new Date().toISOString() };
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * entriesMax) this.#entries.splice(0, entriesMax);
    return entry;
  }

  reset(): void {
    this.reads = 0;
    this.writes = 0;
    this.perEndpoint.clear();
    this.#entries.length = 0;
  }

  toJSON() {
    return {
      reads: this.reads,
      writes: this.writes,
      per_endpoint: Object.fromEntries(this.perEndpoint),
      requests: this.entries,
    };
  }
}
