import { expect, test } from 'vitest';
import { isOlder } from './readiness.js';
import { withDatabase, withoutSecrets } from './url-source.js';

test.each([
  ['redis://ops:s3cret@example.org:6380/2?password=s3cret', 'redis://example.org:6380/2'],
  ['rediss://:s3cret@example.org', 'rediss://example.org'],
  ['/run/redis.sock?password=s3cret', '/run/redis.sock'],
])('given %s, then what is shown has no secrets', (url, shown) => {
  expect(withoutSecrets(url)).toBe(shown);
});

test.each([
  ['redis://:pw@example.org:6380/2', 'redis://:pw@example.org:6380/7'],
  ['rediss://example.org', 'rediss://example.org/7'],
  ['/run/redis.sock', '/run/redis.sock?db=7'],
  ['/run/redis.sock?password=pw&db=2', '/run/redis.sock?password=pw&db=7'],
])('given %s, then database 7 of the same server is %s', (url, expected) => {
  expect(withDatabase(url, 7)).toBe(expected);
});

test('given versions, then they are compared by number, not by letter', () => {
  expect(isOlder('6.0.16', '6.2.0')).toBe(true);
  expect(isOlder('10.0.0', '6.2.0')).toBe(false);
  expect(isOlder('6.2', '6.2.0')).toBe(false);
});
