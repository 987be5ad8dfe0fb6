import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderAclFile } from './acl-file.js';
import { redisUsers } from './users.js';

const template = new URL('../../../../infra/redis/users.acl', import.meta.url);

it('infra/redis/users.acl is what the rules say, for one principal and with the digests left out', () => {
  const rendered = renderAclFile(redisUsers(['local']), (user) => `<SHA-256-of-the-password-of-${user}>`);
  expect(readFileSync(template, 'utf8')).toBe(rendered);
});

it('F4: given any user but the operator’s, then it begins with nothing, and no rule gives everything', () => {
  const [ofDefault, ofAdmin, ...lines] = renderAclFile(redisUsers(['local']), () => 'x')
    .trim()
    .split('\n');
  expect(ofDefault).toBe('user default reset off ~* &* +@all');
  expect(ofAdmin).toBe('user admin reset on #x ~* &* +@all');
  for (const line of lines) {
    expect(line).toMatch(/^user \S+ reset on #x -@all /);
    expect(line).not.toMatch(/\+@|allkeys|allcommands|nopass|[ (](?:~|%\w+~|&)\*/);
  }
});
