import fc from 'fast-check';

function hasHugeInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasHugeInteger);
}

/** Everything our form admits: what RFC 8785 does, without the key `__proto__`, lone surrogates and huge integers. */
export const admittedJson = fc
  .jsonValue({ depthSize: 'medium', stringUnit: 'grapheme' })
  .filter((value) => !/"__proto__":/.test(JSON.stringify(value)) && !hasHugeInteger(value));
