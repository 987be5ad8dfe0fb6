/** So many values of a label that comes from configuration are kept apart. */
export const labelValuesMax = 64;
const labelCharsMax = 100;
/** What stands for all further ones. */
export const otherValue = 'other';

type Allowed = readonly string[] | 'configured';

/**
 * Keeps every label to a bounded number of values (what Prometheus holds grows with their product): of a list those in it, of
 * what is configured the first ones; all else is `other`.
 */
export function boundLabels(
  definition: Readonly<Record<string, Allowed>>,
): (labels: Readonly<Record<string, string>>) => Record<string, string> {
  const known = Object.entries(definition).map(
    ([name, allowed]) =>
      [name, allowed === 'configured', new Set(allowed === 'configured' ? [] : allowed)] as const,
  );
  return (labels) => {
    const bounded: Record<string, string> = {};
    for (const [name, isOpen, values] of known) {
      const value = (labels[name] ?? otherValue).slice(0, labelCharsMax);
      if (isOpen && values.size < labelValuesMax) values.add(value);
      bounded[name] = values.has(value) ? value : otherValue;
    }
    return bounded;
  };
}

/** Every combination of values that are known beforehand; undefined where one is not. */
export function knownCombinations(
  definition: Readonly<Record<string, Allowed>>,
): Record<string, string>[] | undefined {
  let combinations: Record<string, string>[] = [{}];
  for (const [name, allowed] of Object.entries(definition)) {
    if (allowed === 'configured') return undefined;
    combinations = combinations.flatMap((one) => allowed.map((value) => ({ ...one, [name]: value })));
  }
  return combinations;
}
