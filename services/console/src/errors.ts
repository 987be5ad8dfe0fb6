import { Fault, type FaultDetails, type InputFault } from '@marketops/contracts';

const statusByCode = {
  unauthenticated: 401,
  forbidden: 403,
  origin_refused: 403,
  rate_limited: 429,
  not_found: 404,
  media_type_refused: 415,
  signature_refused: 422,
  preview_stale: 409,
  grant_refused: 403,
  key_not_found: 404,
  keys_too_many: 409,
  sign_in_failed: 401,
  unavailable: 503,
  internal: 500,
} as const;

export type ConsoleErrorCode = keyof typeof statusByCode;

/** What the HTTP API refuses by itself; what it carries is refused by whoever it carries it to. */
export class ConsoleError extends Fault<ConsoleErrorCode> {
  readonly faults: readonly InputFault[];
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ConsoleErrorCode,
    message: string,
    details: FaultDetails & { readonly faults?: readonly InputFault[]; readonly retryAfter?: number },
  ) {
    super(code, message, details);
    this.faults = details.faults ?? [];
    this.retryAfter = details.retryAfter;
  }

  get status(): number {
    return statusByCode[this.code];
  }
}
