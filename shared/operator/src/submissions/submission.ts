import { resolve } from 'node:path';
import { IdempotencyKey, InputError, type Mode, type PlanRequest } from '@marketops/contracts';
import { type LoadedConfig, newUlid } from '@marketops/engine';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { parsed } from '../arguments.js';
import type { Submission } from './enqueue.js';
import { parsePlan } from './parse-plan.js';
import { planRequest } from './plan-request.js';
import { readPlanFile } from './read-plan-file.js';

export interface SubmissionOptions {
  /** Of the plan file. */
  readonly path: string;
  readonly principal: string;
  /** Over what the file says. */
  readonly mode?: Mode | undefined;
  /** Over what the file says; a new one where neither names one. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * A plan file as a request of a principal, checked as far as it can be without the planner.
 * @throws InputError with every fault of the file; OperatorError `usage_invalid`
 */
export function readSubmission(loaded: LoadedConfig, options: SubmissionOptions): Submission {
  const { path, principal, mode } = options;
  const grant = grantOf(loaded, principal);
  const plan = parsePlan(readPlanFile(path), { path, json: path.toLowerCase().endsWith('.json') });
  const idempotencyKey = keyOf(options.idempotencyKey, plan.value);
  const root = grant.artifacts_root;
  const request = planRequest(plan, resolve(path), {
    path,
    artifactsRoot: root === undefined ? undefined : resolve(loaded.root, root),
    mode,
    idempotencyKey,
  });
  return submissionOf(loaded, principal, idempotencyKey, request);
}

/**
 * A request of a principal under a key of its own.
 * @throws InputError `principal_not_allowed` for what the configuration does not let it ask for
 */
export function submissionOf(
  loaded: LoadedConfig,
  principal: string,
  idempotencyKey: string,
  request: PlanRequest,
): Submission {
  const grant = grantOf(loaded, principal);
  const { tenant_id: tenantId } = request;
  const refused = [
    ...(grant.tenants.includes(tenantId) ? [] : [`tenant ${tenantId}`]),
    ...(grant.modes.includes(request.mode) ? [] : [`mode ${request.mode}`]),
  ];
  if (refused.length > 0) {
    throw new InputError('principal_not_allowed', `${principal} may not ask for ${refused.join(' or ')}`, {
      next: `Add it to principals.${principal} in ${loaded.configPath}, or ask as another principal.`,
    });
  }
  const runId = deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey });
  return { principal, request, idempotencyKey, runId };
}

type Grant = LoadedConfig['config']['principals'][string];

function grantOf({ config, configPath }: LoadedConfig, principal: string): Grant {
  const grant = Object.hasOwn(config.principals, principal) ? config.principals[principal] : undefined;
  if (grant !== undefined) return grant;
  throw new InputError('principal_not_allowed', `${principal} is not a principal of ${configPath}`, {
    next: `Use one of ${Object.keys(config.principals).join(', ')}, or add it there.`,
  });
}

/** The option's, else the file's, else a new one. What is wrong with the file's is told with its other faults. */
function keyOf(asked: string | undefined, plan: unknown): string {
  if (asked !== undefined) {
    const next = 'Use letters, digits and punctuation, such as release-1.4.0.';
    return parsed(IdempotencyKey, '--idempotency-key', asked, next);
  }
  const own =
    typeof plan === 'object' && plan !== null && 'idempotency_key' in plan ? plan.idempotency_key : undefined;
  return own === undefined ? `cli-${newUlid()}` : (own as string);
}
