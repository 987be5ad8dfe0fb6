import { readFileSync } from 'node:fs';
import { operationStream, type Receipt } from '@marketops/contracts';
import { ledgerPaths } from '@marketops/journal';
import type { RawSegment } from '@marketops/store';
import { listJournal } from '@marketops/verifier/node';
import { release } from '../support/requests.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

/** A system that has done honest work, and what of it a mutation begins from. */
export interface FuzzWorld extends TemporarySystem {
  readonly runId: string;
  readonly receipt: Receipt;
  /** The segments of an operation that shipped, as Redis has them. */
  readonly segments: readonly RawSegment[];
  /** The journal's newest file, as it stood when the work was done, and its name. */
  readonly journal: { readonly name: string; readonly text: string };
  readonly text: (path: string) => string;
}

export async function openFuzzWorld(): Promise<FuzzWorld> {
  const the = await temporarySystem();
  try {
    const { client, system } = the;
    const [runId = '', dryRun = ''] = await client.submit([
      { mode: 'prod', operations: [release('v1.0.0')] },
      { operations: [release('v1.0.1')] },
    ]);
    await client.ended([runId, dryRun]);
    const stream = operationStream(runId, 'release');
    const receipt = (await client.operation(runId, 'release')).issued?.data.receipt;
    const [segments = []] = await client.store.read([{ stream }]);
    const [file] = (await listJournal(ledgerPaths(system.loaded.dataDir).journal)).slice(-1);
    if (receipt === undefined || file === undefined) throw new TypeError('the honest work left nothing');
    return {
      ...the,
      ...{ runId, receipt, segments },
      journal: { name: file.name, text: readFileSync(file.path, 'utf8') },
      text: (path) => readFileSync(path, 'utf8'),
    };
  } catch (fault) {
    await the.close();
    throw fault;
  }
}
