import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { GitHubError, type GitHubErrorCode, type GitHubErrorDetails } from '../errors.js';
import { openRequest } from './pool.js';
import { isRedirect, redirectOf } from './redirect.js';
import { type ExchangeLimits, type Incoming, isMutating, type Outgoing, StreamedBody } from './wire.js';

type FailureDetails = Pick<GitHubErrorDetails, 'cause' | 'status' | 'movedTo'>;

/**
 * One request and its whole answer, over node:http(s): it follows nothing, repeats nothing, and costs a third of what
 * `fetch` does on Node 20.
 *
 *     waiting ──(answer complete)──▶ settled
 *        └──(timeout | abort | broken connection | redirect | too large)──▶ settled, socket destroyed
 *
 * Whatever comes first settles it; the rest is ignored. `uncertain` is set where a write may have reached GitHub.
 */
class Exchange {
  readonly #outgoing: Outgoing;
  readonly #limits: ExchangeLimits;
  readonly #resolve: (incoming: Incoming) => void;
  readonly #reject: (error: GitHubError) => void;
  readonly #request: ClientRequest;
  readonly #stall: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout | undefined;
  #source: Readable | undefined;
  #connected = false;
  #settled = false;

  constructor(
    outgoing: Outgoing,
    limits: ExchangeLimits,
    resolve: (incoming: Incoming) => void,
    reject: (error: GitHubError) => void,
  ) {
    this.#outgoing = outgoing;
    this.#limits = limits;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#request = openRequest(outgoing, () => {
      this.#connected = true;
    });
    this.#stall = setTimeout(() => this.#late(limits.requestTimeoutMs), limits.requestTimeoutMs);
    if (outgoing.body instanceof StreamedBody) {
      this.#total = setTimeout(() => this.#late(limits.uploadTimeoutMs), limits.uploadTimeoutMs);
    }
    limits.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#request.once('error', (error) => this.#onError(error));
    this.#request.once('response', (response) => this.#onResponse(response));
  }

  start(): void {
    const { body } = this.#outgoing;
    if (!(body instanceof StreamedBody)) {
      this.#request.end(body);
      return;
    }
    this.#source = Readable.from(body.chunks(), { objectMode: false });
    this.#source.on('data', () => this.#stall.refresh());
    this.#source.once('error', (error) => this.#onSourceError(error));
    this.#request.once('finish', () => this.#stall.refresh());
    this.#source.pipe(this.#request);
  }

  readonly #onAbort = (): void => {
    this.#fail('aborted', 'was stopped by its caller', { cause: this.#limits.signal?.reason });
  };

  #late(afterMs: number): void {
    this.#fail('timeout', `had no complete answer within ${afterMs} ms`);
  }

  #onError(error: Error & { code?: string }): void {
    const code = error.code ?? '';
    // A parser's error carries the server's raw bytes, which may repeat the request: only its words are kept.
    const cause = new Error(this.#limits.scrub(`${code} ${error.message}`));
    if (code.startsWith('HPE_'))
      this.#fail('invalid_response', 'was answered with something that is not HTTP', { cause });
    else if (code === 'ETIMEDOUT') this.#fail('timeout', 'could not connect in time', { cause });
    else this.#fail('connection', `lost its connection (${code === '' ? error.message : code})`, { cause });
  }

  /** The body could not be produced; the bytes promised never arrive, so nothing can have been stored. */
  #onSourceError(error: Error): void {
    if (this.#settled) return;
    this.#settle();
    this.#request.destroy();
    this.#reject(
      error instanceof GitHubError
        ? error
        : this.#error('connection', 'could not read its body', { cause: error }),
    );
  }

  #onResponse(response: IncomingMessage): void {
    const status = response.statusCode ?? 0;
    const { responseBytesMax } = this.#limits;
    const { target, headers } = this.#outgoing;
    if (isRedirect(status)) {
      const { movedTo, said } = redirectOf(status, response.headers.location, target, this.#limits.scrub);
      this.#fail('redirected', said, { status, ...(movedTo === undefined ? {} : { movedTo }) });
      return;
    }
    if (status >= 300 && status < 400 && !(status === 304 && headers['if-none-match'] !== undefined)) {
      this.#fail('invalid_response', `was answered ${status}, which was not asked for`, { status });
      return;
    }
    if (Number(response.headers['content-length'] ?? 0) > responseBytesMax) {
      this.#tooLarge();
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > responseBytesMax) this.#tooLarge();
    });
    response.once('error', (error) => this.#onError(error));
    response.once('close', () => this.#fail('connection', 'lost its connection in the middle of the answer'));
    response.once('end', () => this.#complete(status, response, Buffer.concat(chunks).toString('utf8')));
  }

  #complete(status: number, response: IncomingMessage, text: string): void {
    if (this.#settled) return;
    this.#settle();
    // Refused before the body was all sent: what is left of it must not stand before the next request's.
    if (!this.#request.writableFinished) this.#request.destroy();
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(response.headers)) {
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    this.#resolve({ status, headers, text });
  }

  #tooLarge(): void {
    this.#fail('response_too_large', `was answered with more than ${this.#limits.responseBytesMax} bytes`);
  }

  #error(code: GitHubErrorCode, what: string, details: FailureDetails = {}): GitHubError {
    const { method, target } = this.#outgoing;
    const uncertain = isMutating(method) && this.#connected && code !== 'redirected';
    return new GitHubError(code, this.#limits.scrub(`${method} ${target.pathname} ${what}.`), {
      ...details,
      uncertain,
    });
  }

  #fail(code: GitHubErrorCode, what: string, details: FailureDetails = {}): void {
    if (this.#settled) return;
    const error = this.#error(code, what, details);
    this.#settle();
    this.#request.destroy();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#stall);
    clearTimeout(this.#total);
    this.#limits.signal?.removeEventListener('abort', this.#onAbort);
    this.#source?.destroy();
    // Destroying the request raises one more error, which has been told already.
    this.#request.on('error', () => undefined);
  }
}

/** Sends one request and collects its answer. Rejects with a GitHubError; statuses of 400 and more are answers. */
export function exchange(outgoing: Outgoing, limits: ExchangeLimits): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    new Exchange(outgoing, limits, resolve, reject).start();
  });
}
