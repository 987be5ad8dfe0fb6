import { Keyring } from '@marketops/contracts';
import { json, named, operation, pageLimit, z } from '../define.js';
import { LedgerEntry } from '../runs/history.js';

export const Checkpoint = z
  .strictObject({
    origin: z.string(),
    /** Entries under it. */
    size: z.int(),
    /** Base64. */
    root: z.string(),
    /** When it was written, where it lies in a folder; it says nothing of that itself. */
    signed_at: z.string().nullable(),
  })
  .openapi('Checkpoint');

const LedgerState = z
  .strictObject({
    /** The last entry, and the chain’s hash there. */
    sequence: z.int(),
    hash: z.string(),
    epoch: z.int(),
    term: z.int(),
    checkpoint: Checkpoint.nullable(),
    log_origin: z.string(),
  })
  .openapi('LedgerState');

export const getLedger = operation({
  operationId: 'getLedger',
  method: 'get',
  path: '/v1/ledger',
  tags: ['Ledger'],
  summary: 'How far the ledger is',
  responses: { 200: json('Its head, and the newest checkpoint', LedgerState) },
});

export const listLedgerEntries = operation({
  operationId: 'listLedgerEntries',
  method: 'get',
  path: '/v1/ledger/entries',
  tags: ['Ledger'],
  summary: 'Entries of the ledger, newest first',
  description: 'Of the caller’s tenants; those of `system` only for who may see every tenant.',
  request: {
    query: z.strictObject({
      /** Entries before this one. */
      before: z.coerce.number().int().min(1).optional(),
      limit: pageLimit(500, 100),
      /** Of this type alone, such as `receipt.issued`. */
      type: z.string().max(64).optional(),
      stream: z.string().max(120).optional(),
    }),
  },
  responses: {
    200: json(
      'A page; it may be empty and yet have a next one, for one look reads only so much',
      z
        .strictObject({ entries: z.array(LedgerEntry), next: z.int().nullable(), head: z.int() })
        .openapi('LedgerPage'),
    ),
  },
});

const JournalFileView = z
  .strictObject({
    name: z.string(),
    /** As it stands on the disk: sealed files are compressed. */
    bytes: z.int(),
    sealed: z.boolean(),
  })
  .openapi('JournalFile');

export const listJournal = operation({
  operationId: 'listJournal',
  method: 'get',
  path: '/v1/ledger/journal',
  tags: ['Ledger'],
  summary: 'The journal’s files, to be verified by whoever reads them',
  responses: {
    200: json(
      'In the order of the ledger',
      z.strictObject({ files: z.array(JournalFileView) }).openapi('JournalFiles'),
    ),
  },
});

export const readJournal = operation({
  operationId: 'readJournal',
  method: 'get',
  path: '/v1/ledger/journal/{name}',
  tags: ['Ledger'],
  summary: 'A file of the journal, byte for byte',
  description: 'With `Range: bytes=a-b` a part of it, at most 8 MiB at a time.',
  request: {
    params: z.strictObject({
      name: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{0,80}$/)
        .openapi({ param: { name: 'name', in: 'path' } }),
    }),
    headers: z.object({ range: z.string().max(60).optional() }),
  },
  responses: {
    200: { description: 'The whole file', content: { 'application/octet-stream': { schema: z.string() } } },
    206: { description: 'A part of it', content: { 'application/octet-stream': { schema: z.string() } } },
    416: { description: 'There is no such part' },
  },
});

export const getCheckpoint = operation({
  operationId: 'getCheckpoint',
  method: 'get',
  path: '/v1/ledger/checkpoint',
  tags: ['Ledger'],
  summary: 'The newest checkpoint, a signed note (C2SP tlog-checkpoint)',
  responses: { 200: { description: 'The note', content: { 'text/plain': { schema: z.string() } } } },
});

export const readTile = operation({
  operationId: 'readTile',
  method: 'get',
  path: '/v1/ledger/tile/{path}',
  tags: ['Ledger'],
  summary: 'A tile or entry bundle of the public log (C2SP tlog-tiles)',
  request: {
    params: z.strictObject({
      path: z
        .string()
        .regex(/^(?:[0-9]|[1-5][0-9]|6[0-3]|entries)\/(?:x[0-9]{3}\/)*[0-9]{3}(?:\.p\/[0-9]{1,3})?$/)
        .openapi({ param: { name: 'path', in: 'path' }, example: '0/000' }),
    }),
  },
  responses: {
    200: { description: 'The tile', content: { 'application/octet-stream': { schema: z.string() } } },
  },
});

export const getKeyring = operation({
  operationId: 'getKeyring',
  method: 'get',
  path: '/v1/ledger/keyring',
  tags: ['Ledger'],
  summary: 'The public keys as this server has them',
  description: 'Whoever verifies what this server says brings a keyring of their own.',
  responses: { 200: json('The keyring', named('Keyring', Keyring)) },
});
