import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { cedar } from './cedar.js';
import { tooComplex } from './complexity.js';
import { PolicyError, type PolicyErrorCode, type PolicyFault } from './errors.js';
import { orderedFiles, type PolicyFiles, policyLimits } from './files.js';
import type { KnownNames } from './known-names.js';
import { type MentionsByKind, mentionsByKind } from './mentions.js';
import { impossibleNames, type NameFault, unknownNames } from './name-faults.js';
import { placeOf, placeOfByte } from './place.js';
import { annotationFaults, type PolicyRule, ruleOf } from './rule.js';
import { policySchema } from './schema.js';

export interface ReadPolicies {
  /** In the order of the files and of their lines. */
  readonly rules: readonly PolicyRule[];
  readonly mentions: MentionsByKind;
  /** What is taken all the same: names that match nothing here, by which less is allowed than is written. */
  readonly doubts: readonly PolicyFault[];
}

interface Parsed {
  readonly file: string;
  /** Of the whole file. */
  readonly whole: string;
  readonly text: string;
  readonly offset: number;
  readonly json: PolicyJson;
}

/**
 * Policies as rules, strictly: what Cedar does not parse, what the schema does not have, what it calls doubtful (a policy
 * that can never apply), a name that matches nothing, an annotation that is missing or unknown — each is a refusal of the
 * whole. Faults of one kind are told all at once.
 * @param known the names that questions can have in this system; without them names are looked at by their characters only
 * @throws PolicyError
 */
export function readPolicies(files: PolicyFiles, known?: KnownNames): ReadPolicies {
  const ordered = orderedFiles(files);
  refuse('policy_too_large', 'a policy is more than can be evaluated', ordered.flatMap(complexityFaults));
  refuse('policy_malformed', 'the policies are not valid Cedar', ordered.flatMap(syntaxFaults));
  const parsed = ordered.flatMap(partsOf);
  if (parsed.length === 0) throw new PolicyError('policy_missing', 'the files hold no policy');
  if (parsed.length > policyLimits.policiesMax)
    throw new PolicyError('policy_too_large', `there are more than ${policyLimits.policiesMax} policies`);
  refuse('policy_invalid', 'the policies do not fit the schema', [
    ...ordered.flatMap(schemaFaults),
    ...parsed.flatMap((one) => impossibleNames(one.json).map((fault) => namedAt(one, fault))),
  ]);
  refuse(
    'policy_annotation_invalid',
    'annotations are missing or not as they must be',
    parsed.flatMap((one) => annotationFaults(one.json).map((message) => faultAt(one, message))),
  );
  refuse('policy_id_duplicate', 'two policies have the same id', duplicateFaults(parsed));
  const unknown = parsed.map((one) => ({
    one,
    ...(known === undefined ? { holes: [], doubts: [] } : unknownNames(one.json, known)),
  }));
  refuse(
    'policy_name_unknown',
    'a policy names what there is not here',
    unknown.flatMap(({ one, holes }) => holes.map((fault) => namedAt(one, fault))),
  );
  const rules = parsed.map((one) =>
    ruleOf(one.json, { file: one.file, text: one.text, ...placeOf(one.whole, one.offset) }),
  );
  return {
    rules,
    mentions: mentionsByKind(parsed.map(({ json }) => json)),
    doubts: unknown.flatMap(({ one, doubts }) => doubts.map((fault) => namedAt(one, fault))),
  };
}

const faultAt = ({ file, whole, offset }: Parsed, message: string): PolicyFault => ({
  path: file,
  message,
  ...placeOf(whole, offset),
});

// What stands before `permit` or `forbid`: annotations may hold the same text as a name.
const before = /^(?:\s|\/\/[^\n]*|@\w+(?:\s*\(\s*"(?:[^"\\]|\\[\s\S])*"\s*\))?)*/;

/** At the name, where it is written as it is; else where its policy begins. */
function namedAt(one: Parsed, { name, message }: NameFault): PolicyFault {
  const { file: path, whole, offset, text, json } = one;
  const id = json.annotations?.['id'] ?? '';
  const told = id === '' ? message : `${id}: ${message}`;
  const from = before.exec(text)?.[0].length ?? 0;
  const at = name === undefined ? -1 : text.indexOf(`"${name}"`, from);
  const place = placeOf(whole, offset + (at === -1 ? 0 : at));
  return { path, message: told, ...place, ...(id === '' ? {} : { policy: id }) };
}

function duplicateFaults(all: readonly Parsed[]): PolicyFault[] {
  const seen = new Set<string>();
  return all.flatMap((one) => {
    const id = one.json.annotations?.['id'] ?? '';
    const again = seen.has(id);
    seen.add(id);
    return again ? [faultAt(one, `@id("${id}") is taken`)] : [];
  });
}

function refuse(code: PolicyErrorCode, what: string, faults: readonly PolicyFault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const place = first.line === undefined ? '' : `:${first.line}:${first.column ?? 1}`;
  throw new PolicyError(code, `${what}: ${first.path}${place}: ${first.message}`, faults);
}

type File = readonly [name: string, text: string];

function complexityFaults([path, text]: File): PolicyFault[] {
  const found = tooComplex(text);
  return found === undefined ? [] : [{ path, message: found.message, ...placeOf(text, found.offset) }];
}

function syntaxFaults([path, text]: File): PolicyFault[] {
  // Cedar itself would break off in the middle.
  if (!text.isWellFormed()) return [{ path, message: 'is not Unicode text' }];
  const answer = cedar((engine) => engine.checkParsePolicySet({ staticPolicies: text }));
  return answer.type === 'success' ? [] : answer.errors.map((error) => told(path, text, error));
}

/** The policies of a file, one by one. */
function partsOf([file, whole]: File): Parsed[] {
  const parts = cedar((engine) => engine.policySetTextToParts(whole));
  if (parts.type === 'failure')
    throw new PolicyError('policy_malformed', `${file} cannot be taken apart`, [
      { path: file, message: 'is not valid Cedar' },
    ]);
  const from = new Map<string, number>();
  return parts.policies
    .map((part) => {
      const offset = whole.indexOf(part, from.get(part) ?? 0);
      from.set(part, offset + 1);
      const answer = cedar((engine) => engine.policyToJson(part));
      if (answer.type === 'failure')
        throw new PolicyError('policy_malformed', `${file} holds what is no policy`, [
          { path: file, message: part.slice(0, 100) },
        ]);
      return { file, whole, text: part, offset: Math.max(0, offset), json: withTexts(answer.json) };
    })
    .sort((one, other) => one.offset - other.offset);
}

/** Cedar gives null for an annotation without a text, whatever its types say; there it means the empty text. */
const withTexts = ({ annotations = {}, ...json }: PolicyJson): PolicyJson => ({
  ...json,
  annotations: Object.fromEntries(Object.entries(annotations).map(([name, text]) => [name, text ?? ''])),
});

function schemaFaults([path, text]: File): PolicyFault[] {
  const answer = cedar((engine) =>
    engine.validate({
      validationSettings: { mode: 'strict' },
      schema: policySchema,
      policies: { staticPolicies: text },
    }),
  );
  if (answer.type === 'failure') return answer.errors.map((error) => told(path, text, error));
  const { validationErrors, validationWarnings, otherWarnings } = answer;
  // What is wrong often makes a policy impossible too: then the error says more than the warning.
  const doubts =
    validationErrors.length > 0 ? [] : [...validationWarnings.map(({ error }) => error), ...otherWarnings];
  return [...validationErrors.map(({ error }) => error), ...doubts].map((error) => told(path, text, error));
}

function told(
  path: string,
  text: string,
  { message, help, sourceLocations: [where] = [] }: DetailedError,
): PolicyFault {
  // Cedar numbers the policies of a text by itself; ours have ids and a place.
  const said = message
    .replace(/^for policy `policy\d+`, /, '')
    .replace(/^failed to parse policies from string: /, '');
  const more = [where?.label, help].filter((one) => one !== null && one !== undefined);
  const place = where === undefined ? {} : placeOfByte(text, where.start);
  return { path, message: [said, ...more].join('; ').slice(0, 500), ...place };
}
