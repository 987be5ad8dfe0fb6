import { expect, it } from 'vitest';
import { MarketOpsConfig } from './schema.js';

const told = (issuer: string): string => {
  const { error } = MarketOpsConfig.safeParse({ console: { oidc: { issuer } } });
  return JSON.stringify(error?.issues.filter(({ path }) => path.join('.') === 'console.oidc.issuer'));
};

it('given a provider over plain http that is not on this machine, then the configuration is refused', () => {
  expect(told('http://login.example.com')).toContain('plain http is for a provider on this machine alone');
  expect(told('http://127.0.0.1:9000')).toBe('[]');
  expect(told('https://login.example.com')).toBe('[]');
  expect(told('not a url')).toContain('Invalid URL');
});
