import { PolicyError, type PolicyFault } from './errors.js';

/** Policies as they are written: name of the file to its text. */
export type PolicyFiles = Readonly<Record<string, string>>;

export const policyLimits = {
  filesMax: 100,
  fileCharsMax: 65_536,
  policiesMax: 500,
  idCharsMax: 100,
  /** Of `@reason` and of `@remedy`, so that they fit into a receipt's reasons with the id. */
  textCharsMax: 600,
} as const;

const isPolicyFile = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.cedar$/.test(name);

/**
 * The files in the order of their names, which is the order of everything made of them.
 * @throws PolicyError `policy_too_large`, `policy_missing`, `policy_unreadable`
 */
export function orderedFiles(files: PolicyFiles): readonly (readonly [name: string, text: string])[] {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) throw new PolicyError('policy_missing', 'there are no policies');
  if (entries.length > policyLimits.filesMax)
    throw new PolicyError(
      'policy_too_large',
      `there are more than ${policyLimits.filesMax} files of policies`,
    );
  const unnamable = entries.filter(([name]) => !isPolicyFile(name));
  if (unnamable.length > 0) {
    const message = 'a file of policies is called *.cedar: letters, digits, dots, _ and -';
    throw new PolicyError(
      'policy_unreadable',
      message,
      unnamable.map(([path]) => ({ path, message })),
    );
  }
  const faults = entries.flatMap(([path, text]): PolicyFault[] =>
    text.length > policyLimits.fileCharsMax ? [{ path, message: 'is too long' }] : [],
  );
  if (faults.length > 0)
    throw new PolicyError(
      'policy_too_large',
      `a file of policies is longer than ${policyLimits.fileCharsMax} characters`,
      faults,
    );
  return entries;
}
