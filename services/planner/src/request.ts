import {
  guarded,
  IdempotencyKey,
  InputError,
  type InputFault,
  limits,
  Mode,
  PlanRequest,
  parseMode,
  TenantId,
} from '@marketops/contracts';
import type { IncomingJob, MarketOpsConfig } from '@marketops/engine';
import { type CryptoPort, canonicalJson, deriveRunId, digestOf } from '@marketops/proof';
import type { Sealing } from './stages/sealing.js';

const tenantOf = guarded(TenantId);
const keyOf = guarded(IdempotencyKey);

/** What a principal may ask for: from configuration, never from the job. */
export type PrincipalGrant = MarketOpsConfig['principals'][string];

export interface PlanTrigger {
  readonly principal: string;
  readonly tenantId: string;
  readonly mode: Mode;
  readonly idempotencyKey: string;
  readonly runId: string;
  /** The request, or what is wrong with it: a refusal is an event too. */
  readonly request: PlanRequest | { readonly rejected: InputError };
  readonly requestDigest: string;
  /** What it says must be readable by nobody once it is erased. */
  readonly sealed: boolean;
  /** Present where it is sealed and can be planned: its request has the salt in it then. */
  readonly sealing?: Sealing | undefined;
}

/**
 * Reads a `plan.requested` job. Requests that name a tenant this principal may speak for become a run, if only a
 * rejected one; anything else has no stream to be recorded in and is refused at the door.
 * @throws InputError when no run can be named.
 */
export function parsePlanJob(
  crypto: CryptoPort,
  principal: string,
  grant: PrincipalGrant,
  job: IncomingJob,
): PlanTrigger {
  const size = Buffer.byteLength(textOf(job.data));
  if (size > limits.requestBytesMax) {
    throw new InputError(
      'request_too_large',
      `the plan request has ${size} bytes, at most ${limits.requestBytesMax} are allowed`,
      { next: 'Split the plan, and name large texts with body_file.' },
    );
  }
  if (typeof job.data !== 'object' || job.data === null || Array.isArray(job.data)) {
    throw new InputError('request_malformed', 'the job data is not a plan request', {
      next: 'Add a job named plan.requested whose data is the plan request as an object.',
    });
  }
  const asked = job.data as Readonly<Record<string, unknown>>;
  const tenant = tenantOf.safeParse(asked['tenant_id']);
  if (!tenant.success) {
    throw new InputError('request_invalid', 'tenant_id is missing or not a tenant id', {
      next: 'Name the tenant the plan is for.',
      faults: [{ path: 'tenant_id', message: tenant.error.issues[0]?.message ?? 'is invalid' }],
    });
  }
  if (!grant.tenants.includes(tenant.data)) {
    throw new InputError('principal_not_allowed', `${principal} may not ask for tenant ${tenant.data}`, {
      next: 'Add the tenant to this principal in marketops.yml.',
    });
  }
  const parsed = parseRequest(asked, grant, principal);
  const idempotencyKey = idempotencyKeyOf(crypto, asked, job);
  const base = {
    // As asked for; what the configuration demands comes to that.
    sealed: asked['sealed'] === true,
    principal,
    tenantId: tenant.data,
    idempotencyKey,
    runId: deriveRunId(crypto, { principal, tenantId: tenant.data, idempotencyKey }),
  };
  if ('rejected' in parsed) {
    const mode = Mode.safeParse(asked['mode']).data ?? 'dry_run';
    return { mode, request: parsed, requestDigest: digestOfRejected(crypto, asked), ...base };
  }
  // The key names the run; whether it came in the request or as the job's id is no difference in what was asked.
  const { idempotency_key: _, ...rest } = parsed;
  return { mode: parsed.mode, request: parsed, requestDigest: digestOf(crypto, rest), ...base };
}

/** The run that a job is about to ask for, before anybody has looked at what it asks; undefined where it names none. */
export function runIdAskedFor(crypto: CryptoPort, principal: string, job: IncomingJob): string | undefined {
  if (typeof job.data !== 'object' || job.data === null || Array.isArray(job.data)) return undefined;
  const asked = job.data as Readonly<Record<string, unknown>>;
  const tenant = tenantOf.safeParse(asked['tenant_id']);
  if (!tenant.success) return undefined;
  const idempotencyKey = idempotencyKeyOf(crypto, asked, job);
  return deriveRunId(crypto, { principal, tenantId: tenant.data, idempotencyKey });
}

/** @throws InputError: what is nested deeper than the stack has no text, and no plan is. */
function textOf(data: unknown): string {
  try {
    return JSON.stringify(data) ?? '';
  } catch (cause) {
    throw new InputError('request_malformed', 'the job data is nested too deeply to be a plan request', {
      next: 'Add a job named plan.requested whose data is the plan request as an object.',
      cause,
    });
  }
}

function parseRequest(
  asked: Readonly<Record<string, unknown>>,
  grant: PrincipalGrant,
  principal: string,
): PlanRequest | { rejected: InputError } {
  try {
    parseMode(asked['mode']);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'mode is invalid';
    return {
      rejected: new InputError('mode_invalid', message, {
        next: 'Write mode: dry_run or mode: prod.',
        cause,
        faults: [{ path: 'mode', message }],
      }),
    };
  }
  const parsed = PlanRequest.safeParse(asked);
  if (!parsed.success) {
    const faults: InputFault[] = parsed.error.issues.slice(0, 20).map((issue) => ({
      path: issue.path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '')
        .slice(0, 300),
      message: shown(issue.message),
    }));
    const [first] = faults;
    return {
      rejected: new InputError(
        'request_invalid',
        `the plan request is not valid: ${first?.path ?? ''} ${first?.message ?? ''}`.slice(0, 1_000),
        { next: 'Correct the fields named.', faults },
      ),
    };
  }
  if (!grant.modes.includes(parsed.data.mode)) {
    const message = `${principal} may not ask for mode ${parsed.data.mode}`;
    return {
      rejected: new InputError('principal_not_allowed', message, {
        next: 'Add the mode to this principal in marketops.yml.',
        faults: [{ path: 'mode', message }],
      }),
    };
  }
  return parsed.data;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is taken out
const control = /[\u0000-\u001f\u007f-\u009f]/g;
/** What a fault quotes of a request, such as an unknown key, is the sender's: no control characters, and not too much. */
const shown = (message: string): string => message.slice(0, 500).toWellFormed().replaceAll(control, '\ufffd');

/**
 * The request's own key, else the job's id. A queue's running number starts again one day, so it gets the time too; an
 * id that cannot be a key as it stands is one by its digest.
 */
function idempotencyKeyOf(
  crypto: CryptoPort,
  asked: Readonly<Record<string, unknown>>,
  job: IncomingJob,
): string {
  const own = keyOf.safeParse(asked['idempotency_key']);
  if (own.success) return own.data;
  if (/^\d*$/.test(job.id)) return `job-${job.id.slice(0, 40)}-${job.addedAtMs}`;
  return keyOf.safeParse(job.id).success ? job.id : `job-${crypto.sha256Hex(job.id)}`;
}

/** A rejected request may hold what canonical JSON refuses; its digest then covers the plain text. */
function digestOfRejected(crypto: CryptoPort, asked: unknown): string {
  try {
    return crypto.sha256Hex(canonicalJson(asked));
  } catch {
    return crypto.sha256Hex(JSON.stringify(asked));
  }
}
