import { createSealer } from '../journal/sealing/sealer.js';

/* A program that is killed: seals the finished files of a folder, as a ledger does, and ends when all are. */
const [, , dir = '', firstSequence = ''] = process.argv;
const { signal } = new AbortController();
const sealer = createSealer({
  ...{ dir, bothMs: 0, nowMs: () => Date.now() },
  current: () => ({ term: 1, firstSequence: Number(firstSequence) }),
  onSealed: ({ name }) => process.stdout.write(`${name}\n`),
  onFault: (name, fault) => {
    process.stderr.write(`${name}: ${String(fault)}\n`);
    process.exitCode = 1;
  },
});
while (await sealer.step(signal));
