import { type Check, closed, flag, kind, list, oneOf, record, text } from '../checks.js';
import type { SeedApp } from './apps.js';
import type { SeedToken } from './credentials.js';

const permissions = record(oneOf('read', 'write', 'admin'));

const token: Check = closed({ 'token!': text, login: text, permissions, repositories: list(text) });

const app: Check = closed({
  'id!': kind('number'),
  'slug!': text,
  client_id: text,
  'public_key!': text,
  'installations!': list(
    closed({
      'id!': kind('number'),
      'account!': text,
      'permissions!': permissions,
      repositories: list(text),
      suspended: flag,
      token_ttl_s: kind('number'),
    }),
  ),
});

function isTokens(value: unknown): value is SeedToken[] {
  list(token)(value, 'tokens');
  return true;
}

function isApps(value: unknown): value is SeedApp[] {
  list(app)(value, 'apps');
  return true;
}

const asList = (value: unknown): unknown => (Array.isArray(value) ? value : [value]);

/** One token or a list of them, checked. Throws a TypeError that names the first thing wrong. */
export function parseTokens(value: unknown): SeedToken[] {
  const tokens = asList(value);
  return isTokens(tokens) ? tokens : [];
}

/** The same of Apps. */
export function parseApps(value: unknown): SeedApp[] {
  const apps = asList(value);
  return isApps(apps) ? apps : [];
}
