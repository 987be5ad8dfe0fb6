import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withCredentials } from './address.js';
import { redisOptions } from './connection.js';

describe('where Redis is', () => {
  it.each([
    ['/run/redis.sock', { path: '/run/redis.sock' }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
    [
      '/run/redis.sock?username=ci&password=p%40ss&db=3',
      { path: '/run/redis.sock', username: 'ci', password: 'p@ss', db: 3 },
    ],
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://localhost:7000/3', { host: 'localhost', port: 7000, db: 3 }],
    [
      'redis://ci:p%40ss@localhost',
      { host: 'localhost', port: 6379, db: 0, username: 'ci', password: 'p@ss' },
    ],
    ['redis://:secret@localhost', { host: 'localhost', port: 6379, db: 0, password: 'secret' }],
    ['rediss://localhost', { host: 'localhost', port: 6379, db: 0, tls: {} }],
  ])('given %s', (url, expected) => {
    expect(redisOptions(url)).toEqual(expected);
  });

  it.each([
    ['/run/redis.sock', '/run/redis.sock?username=ci&password=p%40ss'],
    ['unix:///run/redis.sock?password=old&db=3', '/run/redis.sock?password=p%40ss&db=3&username=ci'],
    ['redis://admin:old@localhost:7000/3', 'redis://ci:p%40ss@localhost:7000/3'],
    ['rediss://localhost', 'rediss://ci:p%40ss@localhost'],
  ])('given %s, then spoken to as somebody it is %s', (url, expected) => {
    const credentials = { username: 'ci', password: 'p@ss' };
    expect(withCredentials(url, credentials)).toBe(expected);
    expect(redisOptions(expected)).toEqual({ ...redisOptions(url), ...credentials });
  });

  it('given no name or no password, then the URL has none either', () => {
    expect(withCredentials('/run/redis.sock?username=a&password=b', {})).toBe('/run/redis.sock');
    expect(withCredentials('redis://a:b@localhost', { password: 'c' })).toBe('redis://:c@localhost');
  });

  it('X3: given what is no URL, then it is refused without being quoted: it may hold a password', () => {
    let refused: unknown;
    try {
      redisOptions(':localhost:hunter2@');
    } catch (fault) {
      refused = fault;
    }
    expect(refused).toMatchObject({ code: 'store_unavailable' });
    expect(inspect(refused, { depth: 9 })).not.toContain('hunter2');
  });
});
