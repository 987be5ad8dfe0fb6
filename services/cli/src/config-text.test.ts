import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleChoices, exampleConfig } from './config-text.js';

describe('exampleConfig', () => {
  it('says in comments and values what it returns', () => {
    const { config, text } = exampleConfig();
    expect(text).toContain('# What may be done stands in this folder');
    expect(config).toMatchObject(parse(text) as object);
    expect(config.principals['local']?.modes).toEqual(['dry_run', 'prod']);
  });

  it('keeps its comments where something is overridden', () => {
    const { config, text } = exampleConfig({
      timing: { lease_ms: 900 },
      accounts: { other: {} },
      concurrency: 3,
    });
    expect(config).toMatchObject({ timing: { lease_ms: 900 }, concurrency: 3 });
    expect(Object.keys(config.accounts)).toEqual(['acme', 'other']);
    expect(text).toContain('# prod wants a Redis');
  });

  it('quotes names that YAML would read as something else', () => {
    const { config } = exampleConfig(
      {},
      { ...exampleChoices, tenant: '123', principal: 'null', environment: 'true' },
    );
    expect(config.environment).toBe('true');
    expect(config.principals['null']?.tenants).toEqual(['123']);
  });

  it('refuses what is no configuration', () => {
    expect(() => exampleConfig({}, { ...exampleChoices, environment: 'No Environment' })).toThrow();
  });
});
