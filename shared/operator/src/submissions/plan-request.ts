import { InputError, type Mode, PlanRequest, parseMode } from '@marketops/contracts';
import { type PlacedFault, reasonOf } from '../errors.js';
import { rewriteArtifactPaths } from './artifact-paths.js';
import type { ParsedPlan } from './parse-plan.js';
import { pathText, type ValuePath } from './places.js';

export interface RequestOptions {
  /** As it was asked for, for messages. */
  readonly path: string;
  /** The principal's folder of files, absolute; absent where it may name none. */
  readonly artifactsRoot: string | undefined;
  /** Of --mode, over what the file says. */
  readonly mode: Mode | undefined;
  readonly idempotencyKey: string;
}

/**
 * What a parsed file asks for, as the planner will read it: every default explicit, paths from the artifacts root.
 * @throws InputError `mode_invalid` or `request_invalid` with the place of every fault in the file.
 */
export function planRequest(plan: ParsedPlan, planFile: string, options: RequestOptions): PlanRequest {
  const { places } = plan;
  const faults: PlacedFault[] = [];
  const modeFault = modeFaultOf(plan.value);
  if (modeFault !== undefined) faults.push({ path: 'mode', message: modeFault, ...places.valueAt(['mode']) });

  const rewritten = rewriteArtifactPaths(plan.value, { planFile, artifactsRoot: options.artifactsRoot });
  for (const { path, message } of rewritten.faults) {
    faults.push({ path: pathText(path), message, ...places.valueAt(path) });
  }
  const parsed = PlanRequest.safeParse(withOptions(rewritten.value, options, modeFault !== undefined));
  if (!parsed.success) {
    const said = new Set(faults.map(({ path }) => path));
    const more = parsed.error.issues.flatMap((issue) => placed(issue, places));
    faults.push(...more.filter(({ path }) => !said.has(path)));
  }
  if (parsed.success && faults.length === 0) return parsed.data;

  const [code, next] =
    modeFault === undefined
      ? (['request_invalid', 'Correct the file at the places named.'] as const)
      : ([
          'mode_invalid',
          'Write mode: dry_run or mode: prod, in lower case; leave it out for a dry run.',
        ] as const);
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  throw new InputError(code, `${options.path} is not a plan: ${count}`, { next, faults: inOrder(faults) });
}

/** A wrong mode in the file stops the run even where --mode would override it (law D3). */
function modeFaultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('mode' in value)) return undefined;
  try {
    parseMode(value.mode);
    return undefined;
  } catch (fault) {
    return reasonOf(fault);
  }
}

/** The mode's fault is told by itself; the rest is checked as if it were right, so that it is told once. */
function withOptions(value: unknown, options: RequestOptions, modeIsWrong: boolean): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const mode = options.mode ?? (modeIsWrong ? 'dry_run' : undefined);
  return {
    ...value,
    ...(mode === undefined ? {} : { mode }),
    idempotency_key: options.idempotencyKey,
  };
}

interface Issue {
  readonly path: ValuePath;
  readonly message: string;
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** Unknown keys are told one by one, each where it stands. */
function placed(issue: Issue, places: ParsedPlan['places']): PlacedFault[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      path: pathText([...issue.path, key]),
      message: 'is not a key of a plan here',
      ...places.keyAt([...issue.path, key]),
    }));
  }
  return [{ path: pathText(issue.path), message: issue.message, ...places.valueAt(issue.path) }];
}

const inOrder = (faults: readonly PlacedFault[]): PlacedFault[] =>
  [...faults].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
