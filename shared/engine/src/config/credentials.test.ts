import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from '../errors.js';
import { testConfig } from '../testing/index.js';
import { audienceOf } from './audience.js';
import { credentialsOf, secretsOf } from './credentials.js';
import { githubUrlFault, uploadUrlFor } from './github-urls.js';
import { loadSettings } from './load.js';
import { MarketOpsConfig } from './schema.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-credentials-'));
  path = join(folder, 'marketops.yml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const withAccounts = (accounts: unknown) => ({ ...testConfig, accounts });
const faultsOf = (accounts: unknown): string[] =>
  MarketOpsConfig.safeParse(withAccounts(accounts)).error?.issues.map(
    (issue) => `${issue.path.join('.')}: ${issue.message}`,
  ) ?? [];
const load = (config: unknown, env: NodeJS.ProcessEnv = {}) => {
  writeFileSync(path, typeof config === 'string' ? config : stringify(config));
  return loadSettings(path, env);
};
function refusal(config: unknown, env: NodeJS.ProcessEnv = {}): ConfigError {
  try {
    load(config, env);
  } catch (fault) {
    if (fault instanceof ConfigError) return fault;
    throw fault;
  }
  return expect.fail('it was accepted');
}

const app = { app_id: 77, private_key: 'ACME_APP_KEY' };
const readApp = { app_id: 78, installation_id: 9, private_key: 'ACME_READ_APP_KEY' };

describe('the credential of an account', () => {
  it('given none, a token, or an App, then each service has the names of what is its own', () => {
    const config = MarketOpsConfig.parse(
      withAccounts({
        Acme: {},
        contoso: { credential: { token: 'CONTOSO_TOKEN' } },
        fabrikam: { credential: { app: { ...app, workflows: true }, read_app: readApp } },
        globex: { credential: { app: { ...app, app_id: 'Iv1.abc' }, read_token: 'GLOBEX_READ' } },
      }),
    );
    expect(Object.fromEntries(credentialsOf(config, 'publisher'))).toEqual({
      acme: { kind: 'token', secret: 'GITHUB_TOKEN' },
      contoso: { kind: 'token', secret: 'CONTOSO_TOKEN' },
      fabrikam: {
        ...{ kind: 'app', secret: 'ACME_APP_KEY', appId: 77, installationId: undefined, workflows: true },
      },
      globex: {
        ...{ kind: 'app', secret: 'ACME_APP_KEY', appId: 'Iv1.abc' },
        ...{ installationId: undefined, workflows: false },
      },
    });
    expect(secretsOf(config, 'publisher')).toEqual(['GITHUB_TOKEN', 'CONTOSO_TOKEN', 'ACME_APP_KEY']);
    expect(secretsOf(config, 'planner')).toEqual(['GITHUB_READ_TOKEN', 'ACME_READ_APP_KEY', 'GLOBEX_READ']);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', {}, /one of token, app, read_token and read_app/],
    ['a token and an App', { token: 'A_TOKEN', app }, /beside token/],
    ['a read token and a read App', { read_token: 'A_TOKEN', read_app: readApp }, /beside read_token/],
    ['the name of a file', { token: 'ACME_TOKEN_FILE' }, /without _FILE/],
    ['a name in lower case', { token: 'acme_token' }, /the name of a variable/],
    ['a variable of the services', { token: 'REDIS_PASSWORD' }, /another meaning/],
    ['a variable of the runtime', { token: 'NODE_OPTIONS' }, /another meaning/],
    ['a key written out', { app: { ...app, private_key: `MIIEow${'x'.repeat(200)}` } }, /private_key/],
    ['an App without a key', { app: { app_id: 1 } }, /private_key/],
    ['a member nobody knows', { tokn: 'A_TOKEN' }, /tokn/],
  ])('given %s, then it is refused at its place', (_what, credential, says) => {
    expect(faultsOf({ acme: { credential } }).join('\n')).toMatch(says);
  });

  it.each<[string, unknown]>([
    [
      'the variable of another account’s token',
      { acme: { token: 'T_ONE' }, contoso: { read_token: 'T_ONE' } },
    ],
    ['GITHUB_TOKEN', { acme: { read_token: 'GITHUB_TOKEN' } }],
    ['the same App', { acme: { app, read_app: { ...readApp, app_id: '77' } } }],
    ['another account’s App', { acme: { app }, contoso: { read_app: { ...readApp, app_id: 77 } } }],
    ['the key of the other App', { acme: { app, read_app: { ...readApp, private_key: 'ACME_APP_KEY' } } }],
    ['GITHUB_READ_TOKEN for the publisher', { acme: { token: 'GITHUB_READ_TOKEN' } }],
  ])('F4: given the planner shares a secret with the publisher, by %s, then it is refused', (_how, given) => {
    const accounts = Object.fromEntries(
      Object.entries(given as object).map(([account, credential]) => [account, { credential }]),
    );
    expect(faultsOf(accounts).join('\n')).toMatch(/law F4|only reads/);
  });

  it('given an account twice, then it is refused: who would it be entered as?', () => {
    expect(faultsOf({ acme: {}, Acme: {} })).toEqual(['accounts.Acme: names an account twice']);
  });
});

describe('X3: a secret in marketops.yml', () => {
  const secrets = {
    'a classic token': `ghp_${'c'.repeat(36)}`,
    'a fine-grained token': `github_pat_${'c'.repeat(60)}`,
    'an installation’s token': `ghs_${'c'.repeat(36)}`,
    'a private key': '-----BEGIN RSA PRIVATE KEY-----',
  };
  it.each(Object.entries(secrets))(
    'given %s, then the file is refused, and it is not shown',
    (_what, secret) => {
      const places = [
        stringify(withAccounts({ acme: { credential: { token: secret } } })),
        `${stringify(testConfig)}\n# for later: ${secret}\n`,
        `broken: [ ${secret}\n`,
      ];
      for (const text of places) {
        const fault = refusal(text);
        expect(fault).toMatchObject({ code: 'secret_in_config', message: expect.stringMatching(/line \d+/) });
        expect(`${JSON.stringify(fault)} ${fault.message} ${fault.stack}`).not.toContain(secret);
      }
    },
  );
});

describe('where GitHub is', () => {
  it.each([
    ['https://api.github.com', 'https://uploads.github.com'],
    ['https://github.example/api/v3', 'https://github.example/api/uploads'],
    ['https://github.example/api/v3/', 'https://github.example/api/uploads'],
    ['https://api.octocorp.ghe.com', 'https://uploads.octocorp.ghe.com'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('given %s, then assets go to %s', (api_url, uploads) => {
    const settings = load({ ...testConfig, github: { api_url } });
    expect(settings).toMatchObject({ apiUrl: api_url.replace(/\/$/, ''), uploadUrl: uploads });
    expect(uploadUrlFor(api_url)).toBe(uploads);
    expect(load(testConfig, { GITHUB_API_URL: api_url }).uploadUrl).toBe(uploads);
  });

  it('R1: given an Enterprise Server, then receipts count at its origin and no other', () => {
    const settings = load({ ...testConfig, github: { api_url: 'https://github.example/api/v3' } });
    expect(audienceOf(settings).api_origin).toBe('https://github.example');
  });

  it('given another API in the environment, then the file’s place for uploads is not that of the other', () => {
    const github = { api_url: 'https://github.example/api/v3', upload_url: 'https://up.example' };
    const env = { GITHUB_API_URL: 'https://api.github.com' };
    expect(load({ ...testConfig, github }).uploadUrl).toBe('https://up.example');
    expect(load({ ...testConfig, github }, env).uploadUrl).toBe('https://uploads.github.com');
  });

  it.each([
    ['http://github.example/api/v3', /https/],
    ['https://github.com', /api\.github\.com/],
    ['https://octocorp.ghe.com', /api\.SUBDOMAIN\.ghe\.com/],
    ['https://api.github.com/api/v3', /no path/],
    ['https://github.example/api/graphql', /REST/],
    ['https://github.example/api/v3/repos', /must end with/],
    ['https://user:canary@github.example/api/v3', /no password/],
    ['https://github.example/api/v3?x=1', /path/],
    ['github.example', /not a URL/],
  ])(
    'given %s, then it is refused with what to write, from the file and from the environment',
    (url, says) => {
      expect(githubUrlFault(url, 'api')).toMatch(says);
      for (const fault of [
        refusal({ ...testConfig, github: { api_url: url } }),
        refusal(testConfig, { GITHUB_API_URL: url }),
      ]) {
        expect(fault).toMatchObject({ code: 'config_invalid', message: expect.stringMatching(says) });
        expect(fault.message).not.toContain('canary');
      }
    },
  );
});
