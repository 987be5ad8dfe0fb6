import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redisOptions } from './connection.js';

describe('where Redis is', () => {
  it.each([
    ['/run/redis.sock', { path: '/run/redis.sock' }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
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
