import { EvidenceClaims, EvidenceKind, GroupName, PrincipalId, TenantId } from '@marketops/contracts';
import { type Document, isNode, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import { CaseOperation, operationOf } from './case-operation.js';
import { type Place, PolicyError, type PolicyFault } from './errors.js';
import { type PolicyFiles, policyLimits } from './files.js';
import type { PolicyQuestion } from './port.js';

/** How a decision may end: no, unless people approve, is a no of its own kind. */
export const Outcome = z.enum(['allow', 'deny', 'needs_approvals']);
export type Outcome = z.infer<typeof Outcome>;

const around = {
  principal: PrincipalId.optional(),
  tenant: TenantId.optional(),
  approvals: z
    .array(z.strictObject({ by: PrincipalId, groups: z.array(GroupName).max(50).default([]) }))
    .max(100)
    .optional(),
  /** Kind to value. */
  evidence: z.record(EvidenceKind, EvidenceClaims.shape.value).optional(),
};
const Case = z.strictObject({
  name: z.string().min(1).max(200),
  given: z.strictObject({ operation: CaseOperation, ...around }),
  expect: Outcome,
  /** The ids of exactly the policies that settle it; absent: whichever. */
  by: z.array(z.string().max(policyLimits.idCharsMax)).max(policyLimits.policiesMax).optional(),
});
const Table = z.strictObject({
  /** What every case has that does not say otherwise. */
  given: z.strictObject(around).optional(),
  cases: z.array(Case).min(1).max(1_000),
});

/** One row of a table: what is asked, and what shall come of it. */
export interface PolicyCase extends Place {
  readonly file: string;
  readonly name: string;
  readonly question: PolicyQuestion;
  readonly expect: Outcome;
  readonly by: readonly string[] | undefined;
}

/**
 * Tables of cases, `*.test.yml`, read strictly.
 * @throws PolicyError `policy_test_invalid` with every fault of every table and its place
 */
export function readCases(tables: PolicyFiles): readonly PolicyCase[] {
  const faults: PolicyFault[] = [];
  const cases = Object.entries(tables).flatMap(([file, text]) => {
    try {
      return readTable(file, text);
    } catch (fault) {
      if (!(fault instanceof PolicyError)) throw fault;
      faults.push(...fault.faults);
      return [];
    }
  });
  const [first] = faults;
  if (first !== undefined) throw invalid(faults);
  return cases;
}

function invalid(faults: readonly PolicyFault[], cause?: unknown): PolicyError {
  const [first] = faults;
  const at = first?.line === undefined ? '' : `:${first.line}:${first.column}`;
  return new PolicyError('policy_test_invalid', `${first?.path}${at}: ${first?.message}`, faults, cause);
}

function readTable(file: string, text: string): PolicyCase[] {
  if (text.length > policyLimits.fileCharsMax)
    throw invalid([{ path: file, message: `is longer than ${policyLimits.fileCharsMax} characters` }]);
  const lines = new LineCounter();
  const { document, value } = parsed(file, text, lines);
  const at = (path: readonly PropertyKey[]): Place => placeIn(document, lines, path);
  const table = Table.safeParse(value);
  if (!table.success) {
    throw invalid(
      table.error.issues.map(({ path, message }) => ({
        path: file,
        message: `${path.map(String).join('.')}: ${message}`.slice(0, 500),
        ...at(path),
      })),
    );
  }
  const { given: common = {}, cases } = table.data;
  return cases.map(({ name, given, expect, by }, index) => ({
    file,
    ...at(['cases', index]),
    name,
    question: questionOf({ ...common, ...given }),
    expect,
    by,
  }));
}

type Given = z.infer<typeof Case>['given'];

const questionOf = ({
  operation,
  principal,
  tenant,
  approvals = [],
  evidence = {},
}: Given): PolicyQuestion => ({
  operation: operationOf(operation),
  principal: principal ?? 'local',
  tenantId: tenant ?? (operation.repository.split('/')[0] ?? '').toLowerCase(),
  approvals: approvals.map(({ by, groups }) => ({ principal: by, groups })),
  evidence: Object.entries(evidence).map(([kind, value]) => ({ kind, value })),
});

function parsed(
  file: string,
  text: string,
  lineCounter: LineCounter,
): { readonly document: Document.Parsed; readonly value: unknown } {
  try {
    const document = parseDocument(text, {
      lineCounter,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
    });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0) {
      throw invalid(
        problems.map(({ message, pos: [offset] }) => ({
          path: file,
          message,
          ...placeAt(lineCounter, offset),
        })),
      );
    }
    return { document, value: document.toJS({ maxAliasCount: 100 }) };
  } catch (cause) {
    if (cause instanceof PolicyError) throw cause;
    // Aliases that lead nowhere or unfold without end, or nesting that no parser descends.
    throw invalid([{ path: file, message: 'cannot be read as YAML' }], cause);
  }
}

/** Where the value stands, or the nearest thing around it that is there. */
function placeIn(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length).map(String), true);
    if (isNode(node)) return placeAt(lines, (node as ParsedNode).range?.[0] ?? 0);
  }
  return { line: 1, column: 1 };
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
