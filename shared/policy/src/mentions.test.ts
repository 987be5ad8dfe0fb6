import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, it } from 'vitest';
import { mentionsOf } from './mentions.js';

const mentions = (condition: string) => {
  const answer = policyToJson(`permit (principal, action, resource) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return mentionsOf([answer.json]);
};

it.each([
  [
    'context.tenant == "a" || (if context.draft then !context.prerelease else true)',
    ['draft', 'prerelease', 'tenant'],
    [],
  ],
  ['[context.approvals].contains(context["evidence"])', ['approvals', 'evidence'], []],
  ['context has tag_name && {a: [context.tenant]} == {a: ["x"]}', ['tag_name', 'tenant'], []],
  ['resource has owner && resource.full_name like "a*"', [], ['full_name', 'owner']],
  ['resource == Repository::"a/b" && principal == Principal::"x"', [], []],
  ['context.evidence.containsAny(["context.draft"])', ['evidence'], []],
])('given %s, then exactly what it speaks of is found', (condition, context, resource) => {
  const found = mentions(condition);
  expect([...found.context].sort()).toEqual(context);
  expect([...found.resource].sort()).toEqual(resource);
});

it('given a context taken as a whole, then all of it is handed over', () => {
  expect(mentions('context == {a: 1}').context).toBe('all');
  expect(mentions('[context].isEmpty() || context.draft').context).toBe('all');
});
