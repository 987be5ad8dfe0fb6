import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { invariant } from '@marketops/contracts';
import { currentIndex, indexFolder, openTablesIn } from '@marketops/journal';

/**
 * Preloaded (`--import`) into a ledger under test: where SIGUSR2 has armed it, the process stops itself (SIGSTOP) at the
 * next point of the kind that STOP_AT names. SIGHUP makes its clock jump by JUMP_MS.
 *
 *     journal-written        a batch is durable, and not acknowledged
 *     index-transaction      inside of a writing transaction of the index, whose lock it holds
 *     rename:<name>          a draft is whole, and about to become the file of that name
 *     link:<ending>          the same for a new file of the journal
 */
const stopAt = process.env['STOP_AT'] ?? '';
let armed = false;

/** The signal stops every thread before `kill` returns. */
function stopHere(): void {
  armed = false;
  process.kill(process.pid, 'SIGSTOP');
}

process.on('SIGUSR2', () => {
  armed = true;
  const root = process.env['LEDGER_ROOT'];
  if (stopAt !== 'index-transaction' || root === undefined) return;
  const name = currentIndex(root);
  invariant(name, 'a ledger that writes has an index');
  const { root: environment } = openTablesIn(indexFolder(root, name), { readOnly: false });
  environment.transactionSync(() => stopHere());
});

const jumpMs = Number(process.env['JUMP_MS'] ?? '0');
process.on('SIGHUP', () => {
  const now = Date.now;
  Date.now = () => now() + jumpMs;
});

const handle = await fsp.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as typeof handle;
await handle.close();
const datasync = prototype.datasync;
prototype.datasync = async function (this: typeof handle) {
  await datasync.call(this);
  if (armed && stopAt === 'journal-written') stopHere();
};

const { rename, link } = fsp;
fsp.rename = async (from, to) => {
  if (armed && stopAt === `rename:${basename(String(to))}`) stopHere();
  await rename(from, to);
};
fsp.link = async (from, to) => {
  if (armed && stopAt.startsWith('link:') && String(to).endsWith(stopAt.slice('link:'.length))) stopHere();
  await link(from, to);
};
syncBuiltinESMExports();
