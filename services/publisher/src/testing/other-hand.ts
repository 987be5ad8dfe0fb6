import type { Operation } from '@marketops/contracts';
import type { SeedRelease } from '@marketops/local';
import { appendMarker, markerFor } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { expect } from 'vitest';
import { runId, sharedAuthority } from './gate-fixture.js';
import { targetSha } from './operations.js';
import { type SimulatedWorld, token } from './simulated.js';

interface Made {
  readonly id: number;
  readonly sha: string;
  readonly number: number;
}

/** Somebody else, or an earlier attempt of ours, at work on GitHub. */
export interface OtherHand {
  ask(method: string, path: string, body?: unknown): Promise<Made>;
  release(fields: Partial<SeedRelease>): Promise<Made>;
  upload(releaseId: number, name: string, content: string): Promise<void>;
  tag(message: string, name?: string, sha?: string): Promise<void>;
}

export function otherHand(the: SimulatedWorld): OtherHand {
  const send = async (path: string, init: RequestInit, contentType: string): Promise<Made> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
    const answer = await fetch(`${the.github.url}/repos/acme/widgets${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? { id: 0, sha: '', number: 0 } : ((await answer.json()) as Made);
  };
  const hand: OtherHand = {
    ask: (method, path, body) =>
      send(
        path,
        { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
        'application/json',
      ),
    release: (fields) =>
      hand.ask('POST', '/releases', {
        ...{ tag_name: 'v1.4.0', target_commitish: targetSha, name: 'Widgets 1.4.0' },
        ...fields,
      }),
    async upload(releaseId, name, content) {
      const path = `/releases/${releaseId}/assets?name=${name}`;
      await send(path, { method: 'POST', body: content }, 'application/octet-stream');
    },
    async tag(message, name = 'v1.4.0', sha = targetSha) {
      const fields = { tag: name, message, object: sha, type: 'commit' };
      const object = await hand.ask('POST', '/git/tags', fields);
      await hand.ask('POST', '/git/refs', { ref: `refs/tags/${name}`, sha: object.sha });
    },
  };
  return hand;
}

/** The line by which what an operation makes is found again. */
export const markerOf = (operation: Operation): string =>
  markerFor(nodeCrypto, sharedAuthority.marker, { runId, operationId: operation.operation_id });

/** A text as an earlier attempt of ours would have sent it. */
export const ours = (text: string, operation: Operation): string => appendMarker(text, markerOf(operation));

export const failedWith = (error_code: string): unknown =>
  expect.objectContaining({
    status: 'failed',
    audit: expect.objectContaining({ error_code, status: 'failed' }) as unknown,
  });

export const succeeded = (adopted: boolean): unknown =>
  expect.objectContaining({
    status: 'succeeded',
    audit: expect.objectContaining({ result: expect.objectContaining({ adopted }) as unknown }) as unknown,
  });
