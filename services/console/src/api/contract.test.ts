import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allow, type Caller, tenantsWith } from '../access/caller.js';
import { type OperationName, type Permission, permissions } from '../access/permissions.js';
import { roles } from '../access/roles.js';
import { contract } from './contract.js';
import { openApiDocument } from './document.js';

const client = new URL('../../../../shared/client/', import.meta.url);
const stored = readFileSync(new URL('openapi.json', client), 'utf8');
const by = (...grants: Caller['grants'][number][]): Caller => ({
  ...{ kind: 'api_key', id: '0'.repeat(16), principal: 'ci', name: 'ci', grants },
  ...{ expiresAtMs: Number.MAX_SAFE_INTEGER, byCookie: false },
});

describe('the contract', () => {
  it('given the document of the client, then it is what the schemas say, and the types are made from it', () => {
    expect(JSON.parse(stored)).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    const types = readFileSync(new URL('src/schema.ts', client), 'utf8');
    expect(types).toContain(createHash('sha256').update(stored).digest('hex'));
  });

  it('given what may be null, then the document lets it, and no component is null where it may not be', () => {
    const { components = {} } = openApiDocument();
    const schemas = components.schemas as Record<
      string,
      { type?: unknown; properties?: Record<string, unknown> }
    >;
    expect(Object.keys(schemas).filter((name) => Array.isArray(schemas[name]?.type))).toEqual([]);
    expect(JSON.stringify(schemas)).not.toContain('{"type":["object","null"]}');
    const orNull = (name: string) => ({
      anyOf: [{ $ref: `#/components/schemas/${name}` }, { type: 'null' }],
    });
    expect(schemas['Redrivable']?.properties?.['why']).toEqual(orNull('Reason'));
    expect(schemas['Operation']?.properties?.['receipt']).toEqual(orNull('ReceiptBrief'));
  });

  it('given every operation, then it has a permission, and every permission an operation', () => {
    expect(Object.keys(contract).sort()).toEqual(Object.keys(permissions).sort());
    for (const [name, route] of Object.entries(contract)) expect(route.operationId).toBe(name);
  });
});

describe('who may do what', () => {
  const names = Object.keys(permissions) as OperationName[];

  it('given each role for one tenant, then what its row says, for that tenant alone', () => {
    for (const name of names) {
      const { reach, roles: needed }: Permission = permissions[name];
      for (const role of roles) {
        const caller = by({ tenants: ['acme'], roles: [role] });
        const free = reach === 'public' || reach === 'signed_in';
        const may = free || (reach !== 'every_tenant' && needed.includes(role));
        const ask = () => allow(caller, name);
        if (may) expect(ask().tenants).toEqual(['acme']);
        else expect(ask).toThrow(expect.objectContaining({ code: 'forbidden' }));
      }
    }
  });

  it('given grants for several tenants, then roles of one are none for another', () => {
    const caller = by(
      { tenants: ['acme'], roles: ['submitter'] },
      { tenants: ['beta'], roles: ['operator'] },
    );
    expect(allow(caller, 'submitRun').tenants).toEqual(['acme']);
    expect(allow(caller, 'freeze').tenants).toEqual(['beta']);
    expect(tenantsWith(caller, roles)).toEqual(['acme', 'beta']);
    expect(() => allow(caller, 'getOverview')).toThrow();
    expect(() => allow(by(), 'listRuns')).toThrow();
  });
});
