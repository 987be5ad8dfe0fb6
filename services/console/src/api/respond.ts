import { Fault, type InputFault } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import { AuthorityError, OperatorError } from '@marketops/operator';
import { ProofError } from '@marketops/proof';
import { StoreError } from '@marketops/store';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Caller } from '../access/caller.js';
import { ConsoleError } from '../errors.js';
import { RunIndexError } from '../run-index/errors.js';
import { metricsOf } from '../telemetry/measured.js';
import type { World } from '../world/world.js';
import type { Problem } from './problem.js';

/** Where a code of one of the rooms below means something else than 409: what was asked for does not fit how things stand. */
const statuses: Readonly<Record<string, number>> = {
  request_malformed: 400,
  request_invalid: 400,
  mode_invalid: 400,
  usage_invalid: 400,
  cursor_invalid: 400,
  operation_unknown: 400,
  request_too_large: 413,
  principal_not_allowed: 403,
  run_not_found: 404,
  receipt_not_found: 404,
  operation_not_found: 404,
  ledger_missing: 404,
  run_retired: 409,
  signature_refused: 422,
  redis_unreachable: 503,
  redis_not_durable: 503,
  timed_out: 503,
  store_unavailable: 503,
  partition_closed: 503,
  stream_suspect: 503,
  freeze_not_recorded: 503,
};

const titles: Readonly<Record<number, string>> = {
  400: 'The request has faults',
  401: 'Nobody is signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'It does not fit how things stand',
  413: 'Too large',
  415: 'Not a media type this takes',
  422: 'The signed statement does not count',
  429: 'Too many requests',
  500: 'A defect',
  503: 'Not just now',
};

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly next: string;
  readonly faults?: readonly InputFault[] | undefined;
  readonly retryAfter?: number | undefined;
}

/** What a failure means to whoever asked; what is nobody's business stays in the log. */
export function answerOf(fault: unknown): Answer {
  if (fault instanceof ConsoleError)
    return { ...said(fault, fault.status), faults: fault.faults, retryAfter: fault.retryAfter };
  if (fault instanceof ProofError) return said(fault, 422);
  const isKnown =
    fault instanceof OperatorError ||
    fault instanceof AuthorityError ||
    fault instanceof StoreError ||
    fault instanceof RunIndexError ||
    (fault instanceof Fault && fault.code !== 'invariant_violated');
  if (isKnown) return { ...said(fault, statuses[fault.code] ?? 409), faults: faultsOf(fault) };
  if (fault instanceof HTTPException) return ofHttp(fault);
  return {
    status: 500,
    code: 'internal',
    detail: 'The server failed at this; what it did before stands.',
    next: 'Report it with the instance named here: the server’s log has it under that.',
  };
}

type Places = Pick<LoadedConfig, 'configPath' | 'dataDir' | 'root'>;

/** Where things lie on this machine is for its own log: the same words help whoever sits at it, and a stranger too. Pure. */
export function withoutPlaces(answer: Answer, { configPath, dataDir, root }: Places): Answer {
  const places = [
    [configPath, 'marketops.yml'],
    [dataDir, 'the data folder'],
    [root, 'the project folder'],
  ] as const;
  const clean = (text: string): string =>
    places.reduce((left, [place, name]) => (place.length < 2 ? left : left.replaceAll(place, name)), text);
  return {
    ...answer,
    detail: clean(answer.detail),
    next: clean(answer.next),
    faults: answer.faults?.map(({ path, message }) => ({ path, message: clean(message) })),
  };
}

/** Refusals of these kinds are events: they tell of somebody who may not, or who tries something. */
const audited: ReadonlySet<number> = new Set([401, 403, 409, 413, 422, 429]);

/** What was asked for, by whom, as log and audit name it. */
interface Refused {
  readonly operation: string;
  readonly caller: Caller | undefined;
  /** Of the request, in the log. */
  readonly instance: string;
}

/** Answers for a failure: to whoever asked, to the log, and to the ledger where it is one that tells of an attempt. */
export function refusalAnswer(
  world: World,
  fault: unknown,
  { operation, caller, instance }: Refused,
): Answer {
  const answer = withoutPlaces(answerOf(fault), world.loaded());
  const { status, code } = answer;
  if (status >= 500)
    world.engine.log.error({ fault, request: instance, operation }, 'a request of the API failed');
  else world.engine.log.info({ code, request: instance, operation }, 'a request of the API was refused');
  metricsOf(world).count('marketops_http_refusals_total', { reason: code });
  if (audited.has(status)) world.audit.refused({ code, operation, caller });
  return answer;
}

const said = ({ code, message, next }: Fault, status: number): Answer => ({
  status,
  code,
  detail: message,
  next,
  ...(status === 503 ? { retryAfter: 1 } : {}),
});

const faultsOf = (fault: object): readonly InputFault[] | undefined =>
  'faults' in fault ? (fault.faults as readonly InputFault[]) : undefined;

function ofHttp({ status, message }: HTTPException): Answer {
  if (status === 415)
    return {
      status,
      code: 'media_type_refused',
      detail: 'The body is of a media type that this operation does not take.',
      next: 'Send content-type: application/json.',
    };
  if (status === 413)
    return {
      status,
      code: 'request_too_large',
      detail: message,
      next: 'Send less: a plan names large texts with body_file.',
    };
  return {
    status,
    code: 'request_malformed',
    detail: message || 'The request cannot be read.',
    next: 'Send what the operation’s document asks for.',
  };
}

/** An answer that refuses, as RFC 9457 has it. */
export function problemResponse(c: Context, answer: Answer, instance: string): Response {
  const { status, code, detail, next, faults, retryAfter } = answer;
  const problem: Problem = {
    type: `urn:marketops:error:${code}`,
    title: titles[status] ?? 'Refused',
    status,
    code,
    detail: detail.slice(0, 2_000),
    next,
    ...(faults === undefined || faults.length === 0
      ? {}
      : { faults: faults.slice(0, 100).map(({ path, message }) => ({ path, message })) }),
    instance,
  };
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  // What is left of the body is not read, so nothing else comes on this connection.
  if (status === 413) c.header('connection', 'close');
  if (status === 401) c.header('www-authenticate', 'Bearer realm="marketops"');
  return c.body(JSON.stringify(problem), status as 400, { 'content-type': 'application/problem+json' });
}
