import { Fault, type RetryClass } from '@marketops/contracts';

export type GitHubErrorCode =
  /** No answer, or not all of it, within the limit. */
  | 'timeout'
  /** The connection failed or broke. */
  | 'connection'
  /** Primary or secondary limit; `retryAfterMs` says for how long. */
  | 'rate_limited'
  | 'service_unavailable'
  | 'not_found'
  | 'unauthorized'
  /** GitHub refused the token and there is a newer one by now. Of the request nothing was done. */
  | 'token_replaced'
  /** The provider of tokens failed. Nothing was sent. */
  | 'token_unavailable'
  | 'forbidden'
  /** GitHub refused the values (4xx), or this client refused them before any request (no `status` then). */
  | 'validation_failed'
  /** GitHub answered 409, or a file is not what was authorized. */
  | 'conflict'
  /** GitHub, or something in its place, pointed elsewhere. Never followed. */
  | 'redirected'
  /** The URL leaves the allowed origins or would be read as another one. Nothing was sent. */
  | 'origin_refused'
  | 'response_too_large'
  /** An answer that is not what GitHub documents. */
  | 'invalid_response'
  /** The caller's signal, or its `beforeWrite`, said stop. */
  | 'aborted';

/** One entry of GitHub's `errors` array. */
export interface FieldFault {
  readonly resource: string | null;
  readonly field: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface GitHubErrorDetails {
  readonly status?: number;
  /** GitHub's `x-github-request-id`, for its support. */
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly movedTo?: string;
  readonly uncertain?: boolean;
  readonly faults?: readonly FieldFault[];
  readonly cause?: unknown;
}

const again = 'Nothing to do: it is tried again.';
const control: Readonly<Record<GitHubErrorCode, { retry: RetryClass; next: string }>> = {
  timeout: { retry: 'transient', next: again },
  connection: { retry: 'transient', next: again },
  rate_limited: { retry: 'hold', next: 'Wait until the limit ends; the account is paused until then.' },
  service_unavailable: { retry: 'transient', next: again },
  not_found: {
    retry: 'terminal',
    next: 'Check that it exists and that the token may see it: GitHub hides what a token may not read.',
  },
  unauthorized: { retry: 'terminal', next: "Replace the account's token." },
  token_replaced: { retry: 'transient', next: again },
  token_unavailable: { retry: 'transient', next: "Check where the account's token is kept." },
  forbidden: {
    retry: 'terminal',
    next: "Grant the account's token the permission, or unarchive the repository.",
  },
  validation_failed: { retry: 'terminal', next: 'Correct what the message names and plan it again.' },
  conflict: { retry: 'terminal', next: 'Look at what is there, and plan again from it.' },
  redirected: {
    retry: 'terminal',
    next: 'The repository was renamed or moved, or something answers in its place: plan with its present name.',
  },
  origin_refused: {
    retry: 'terminal',
    next: 'Correct the API origin in the configuration or the name given.',
  },
  response_too_large: {
    retry: 'terminal',
    next: 'Raise the response limit if this repository is that large.',
  },
  invalid_response: { retry: 'terminal', next: 'Check what answers at the configured API origin.' },
  aborted: { retry: 'hold', next: 'It was stopped on purpose: it goes on when the reason is gone.' },
};

/**
 * Everything that can go wrong between this process and GitHub. Holds no request: no header, no body, no token. What
 * the server wrote stands in `message` only, shortened, without control characters and with the token blotted out.
 *
 * `retry` follows from `code`: `hold` for `rate_limited` and `aborted` (no attempt is spent), `transient` for
 * `timeout`, `connection`, `service_unavailable`, `token_replaced` and `token_unavailable`, `terminal` for the rest.
 */
export class GitHubError extends Fault<GitHubErrorCode> {
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  /** With `redirected`: the path GitHub points to, where that is the origin that was asked. Never followed. */
  readonly movedTo?: string;
  /** A mutating request may have taken effect although it failed: look it up before anything else. */
  readonly uncertain: boolean;
  readonly faults: readonly FieldFault[];

  constructor(code: GitHubErrorCode, message: string, details: GitHubErrorDetails = {}) {
    super(code, message, { ...control[code], cause: details.cause });
    if (details.status !== undefined) this.status = details.status;
    if (details.requestId !== undefined) this.requestId = details.requestId;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.movedTo !== undefined) this.movedTo = details.movedTo;
    this.uncertain = details.uncertain ?? false;
    this.faults = details.faults ?? [];
  }

  /** For logs and events. The cause stays out: it may be the caller's own. */
  toJSON(): Record<string, unknown> {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      next: this.next,
      retry: this.retry,
      uncertain: this.uncertain,
      ...(this.status === undefined ? {} : { status: this.status }),
      ...(this.requestId === undefined ? {} : { request_id: this.requestId }),
      ...(this.retryAfterMs === undefined ? {} : { retry_after_ms: this.retryAfterMs }),
      ...(this.movedTo === undefined ? {} : { moved_to: this.movedTo }),
      ...(this.faults.length === 0 ? {} : { faults: this.faults }),
    };
  }
}

/**
 * Whether GitHub refused a creation because the thing is there already. Its three wordings: the code `already_exists`
 * (releases, assets), a bare message (refs), a `custom` error with a message (pull requests).
 */
export function isAlreadyThere(error: unknown): error is GitHubError {
  if (!(error instanceof GitHubError) || error.status !== 422) return false;
  const says = (text: string | null): boolean => text !== null && /already exists/i.test(text);
  return (
    says(error.message) ||
    error.faults.some((fault) => fault.code === 'already_exists' || says(fault.message))
  );
}
