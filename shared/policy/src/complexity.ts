/**
 * Cedar descends once per level and per operator, and in WebAssembly its stack is small: policies of a few hundred levels
 * bring it down. So a text is looked over before it is parsed, coarsely and in one pass. Measured on 4.13.0: what
 * these limits let through is at most a half of what it bears.
 */
const complexityLimits = {
  /** Brackets open at once. */
  depthMax: 16,
  /** Dots, operators and `if`s of one policy. Commas do not count: a list may be long. */
  operatorsMax: 120,
} as const;

// Strings and comments first, so that nothing within them counts.
const token =
  /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|[([{]|[)\]}]|;|&&|\|\||[<>=!]=?|[.+*-]|\b(?:if|has|like|in|is|contains\w*)\b/g;

/** What is too much, and at which offset; undefined where nothing is. */
export function tooComplex(text: string): { readonly offset: number; readonly message: string } | undefined {
  let depth = 0;
  let operators = 0;
  for (const { 0: found, index: offset } of text.matchAll(token)) {
    if (found.startsWith('"') || found.startsWith('//')) continue;
    if (found === ';') operators = 0;
    else if ('([{'.includes(found)) depth += 1;
    else if (')]}'.includes(found)) depth = Math.max(0, depth - 1);
    else operators += 1;
    if (depth > complexityLimits.depthMax)
      return { offset, message: `brackets are nested deeper than ${complexityLimits.depthMax}` };
    if (operators > complexityLimits.operatorsMax)
      return {
        offset,
        message: `this policy has more than ${complexityLimits.operatorsMax} operators; split it`,
      };
  }
  return undefined;
}
