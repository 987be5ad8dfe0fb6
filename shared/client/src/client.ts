import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './schema.js';

export type MarketOpsClient = Client<paths>;

export interface ClientOptions {
  /** Where the console is, such as `https://marketops.example`. In a browser: its own origin. */
  readonly baseUrl: string;
  /** Absent: the browser's session cookie speaks for it. */
  readonly apiKey?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * Every operation of the API, typed by its path: `client.GET('/v1/runs/{run_id}', { params: { path: { run_id } } })`. Answers are
 * `{ data }` or `{ error }`; `unwrap` turns the second into a thrown `ProblemError`.
 */
export const createMarketOpsClient = ({ baseUrl, apiKey, fetch }: ClientOptions): MarketOpsClient =>
  createClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ''),
    ...(apiKey === undefined ? {} : { headers: { authorization: `Bearer ${apiKey}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
