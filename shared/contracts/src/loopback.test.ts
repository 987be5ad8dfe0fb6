import { expect, it } from 'vitest';
import { isLoopback } from './loopback.js';

it.each([
  'http://localhost',
  'http://127.0.0.1:80',
  'http://127.9.9.9',
  'http://[::1]:3000',
  'http://0x7f.1',
  'http://LOCALHOST',
])('given %s, then it is this machine', (url) => expect(isLoopback(new URL(url).hostname)).toBe(true));

it.each([
  'http://localhost.example',
  'http://127.0.0.1.example',
  'http://0.0.0.0',
  'http://[::]',
  'http://10.0.0.1',
  'http://localhost.',
])('given %s, then it may be another', (url) => expect(isLoopback(new URL(url).hostname)).toBe(false));
