import { readFileSync } from 'node:fs';
import { Keyring } from '@marketops/contracts';
import { openRunIndex } from '../open.js';
import { Projection } from '../projection.js';
import { openRunStore, type RunStore } from '../store.js';

/**
 * An index that is made in a process of its own: `<folder> <journal> <keyring file> <run>`. With a number it kills itself in the
 * middle of a transaction, right after it has put that run; with `whole` it reads the journal to its end.
 */
const [folder = '', journal = '', keyringPath = '', run = ''] = process.argv.slice(2);
const keyring = () => Keyring.parse(JSON.parse(readFileSync(keyringPath, 'utf8')));

if (run === 'whole') {
  const index = openRunIndex({ folder, journal, keyring });
  await index.caughtUp();
  await index.close();
} else {
  let left = Number(run);
  const dying = function* <Run>(runs: Iterable<Run>): Generator<Run> {
    for (const one of runs) {
      yield one;
      left -= 1;
      // The generator goes on when the run has been put: the transaction is open.
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    }
  };
  const real = openRunStore(folder, { load: () => undefined, forget: () => undefined });
  const store: RunStore = {
    ...real,
    write: (batch, after) => real.write({ ...batch, runs: dying(batch.runs) }, after),
  };
  const nothing = (): void => undefined;
  const projection = new Projection({
    ...{ folder, journal, keyring, store, entriesPerWrite: 500 },
    ...{ onWritten: nothing, onForgotten: nothing, onTakenOver: nothing, onLive: nothing, onFailed: nothing },
  });
  await projection.caughtUp();
}
