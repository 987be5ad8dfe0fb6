/** A metric as an expression of PromQL selects it. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface PromqlNames {
  readonly selectors: readonly Selector[];
  /** Labels that results are grouped by. */
  readonly labels: readonly string[];
}

const keywords = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);

/**
 * What an expression names: not the whole of PromQL, only as much as finds every metric and label in it. A name is a metric
 * unless it is called, is a keyword, or stands where labels do.
 */
export function namesIn(expression: string): PromqlNames {
  const texts: string[] = [];
  // Texts first: whatever is in them is none of the syntax.
  let rest = expression.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, text: string) => `"${texts.push(text) - 1}"`);
  rest = rest.replaceAll(/\[[^\]]*\]/g, ' ');
  const labels: string[] = [];
  rest = rest.replaceAll(
    /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g,
    (_, list: string) => {
      labels.push(
        ...list
          .split(',')
          .map((label) => label.trim())
          .filter(Boolean),
      );
      return ' ';
    },
  );
  const selectors: Selector[] = [];
  for (const [, metric = '', braces, call] of rest.matchAll(
    /(?<![\w:])([a-zA-Z_:][\w:]*)\s*(?:(\{[^}]*\})|(\())?/g,
  )) {
    if (call !== undefined || keywords.has(metric.toLowerCase())) continue;
    const matchers = [...(braces ?? '').matchAll(/([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"(\d+)"/g)].map(
      ([, label = '', operator = '', index]) => ({ label, operator, value: texts[Number(index)] ?? '' }),
    );
    selectors.push({ metric, matchers });
  }
  return { selectors, labels };
}
