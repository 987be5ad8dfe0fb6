import { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { GitHubError } from './errors.js';
import { depart, type GatekeeperOptions } from './transport/gatekeeper.js';
import { refusalError, requestIdIn } from './transport/refusal.js';
import { isMutating, type StreamedBody } from './transport/wire.js';
import { presentable } from './words.js';

/** Octokit without its plugins: paging, logging and the method catalogue cost time per request and are not used. */
class BareOctokit extends Octokit {
  static override plugins = [];
}

type OctokitRequest = Octokit['request'];

/** What the reads and writes are built from. */
export interface Api {
  /** Octokit's typed `request`: it builds the URL and the body, and nothing else. */
  readonly request: OctokitRequest;
  readonly uploadsUrl: string;
  /** Awaits an answer and checks its shape; no text in it holds a token that is known. Throws GitHubError only. */
  decode<Shape extends z.ZodType>(shape: Shape, answer: Promise<unknown>): Promise<z.output<Shape>>;
  /** The same of an answer that gives a token. */
  decodeSecret<Shape extends z.ZodType>(shape: Shape, answer: Promise<unknown>): Promise<z.output<Shape>>;
  /** As `decode`, with whether GitHub says that there is another page. */
  decodePage<Shape extends z.ZodType>(shape: Shape, answer: Promise<unknown>): Promise<Page<z.output<Shape>>>;
}

export interface Page<Items> {
  readonly items: Items;
  readonly more: boolean;
}

/** What `fetch` hands to Octokit: one complete answer, and what it answers. */
interface Answer {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | StreamedBody;
}

/**
 * Octokit's `fetch`. The answer's `body` is handed through unparsed (`parseSuccessResponseBody: false`), so that it
 * is parsed once, here, after the size was checked. Statuses of 400 and more become errors before Octokit sees them.
 */
function fetchThrough(options: GatekeeperOptions) {
  return async (url: string, init: FetchInit) => {
    const { method, headers, body } = init;
    const incoming = await depart(options, {
      method,
      url,
      accept: headers['accept'] ?? '',
      contentType: headers['content-type'],
      body: body === '' ? undefined : body,
    });
    const path = options.scrub(new URL(url).pathname);
    if (incoming.status >= 400) {
      throw refusalError({ ...incoming, method, path }, isMutating(method), options.scrub);
    }
    const answer: Answer = { method, path, headers: incoming.headers, text: incoming.text };
    // Every status that gets here is a success; Octokit would drop the answer's body for some of them.
    return { status: 200, url: '', headers: [], body: answer };
  };
}

/** Octokit wraps whatever `fetch` throws, with the request beside it. Only our own error goes on. */
function unwrapped(thrown: unknown): GitHubError {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (cause instanceof GitHubError) return cause;
  if (thrown instanceof GitHubError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new GitHubError(
    'invalid_response',
    `Octokit could not make the request or read the answer (${name}).`,
  );
}

async function answerOf(response: Promise<unknown>): Promise<Answer> {
  try {
    const { data } = (await response) as { data: Answer };
    return data;
  } catch (thrown) {
    throw unwrapped(thrown);
  }
}

function parsed(answer: Answer): unknown {
  if (!(answer.headers['content-type'] ?? '').includes('json')) return answer.text;
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

function checked<Shape extends z.ZodType>(shape: Shape, answer: Answer): z.output<Shape> {
  const result = shape.safeParse(parsed(answer));
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5).map((one) => `${one.path.join('.')}: ${one.message}`);
  const requestId = requestIdIn(answer.headers);
  throw new GitHubError(
    'invalid_response',
    `${answer.method} ${answer.path} was answered with what GitHub does not document: ${issues.join('; ')}.`,
    { uncertain: isMutating(answer.method), ...(requestId === undefined ? {} : { requestId }) },
  );
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The only place that builds an Octokit: no token, no retries, no redirects, no logging, our own way out. */
export function createApi(options: GatekeeperOptions): Api {
  const octokit = new BareOctokit({
    baseUrl: options.origins.apiUrl,
    log: silent,
    request: {
      fetch: fetchThrough(options),
      retries: 0,
      redirect: 'error',
      parseSuccessResponseBody: false,
      log: silent,
    },
  });
  const { redact } = options;
  return {
    request: octokit.request,
    uploadsUrl: options.origins.uploadsUrl,
    decode: async (shape, response) => presentable(checked(shape, await answerOf(response)), redact),
    decodeSecret: async (shape, response) => checked(shape, await answerOf(response)),
    decodePage: async (shape, response) => {
      const answer = await answerOf(response);
      // Whether a next page is announced is read from `Link`; where it is, is not: pages are counted here.
      return {
        items: presentable(checked(shape, answer), redact),
        more: /rel="next"/.test(answer.headers['link'] ?? ''),
      };
    },
  };
}
