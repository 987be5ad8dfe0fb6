import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { asDiskError } from '@marketops/engine';
import { filterOf } from '@marketops/operator/reading';
import { plural, thousands } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { LedgerExportFlags } from '../commands/ledger-export.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { checkpointIn } from '../ledger-files/checkpoint.js';
import { type Exported, exportLedger } from '../ledger-files/export.js';
import { ledgerOf } from '../ledger-files/ledger-of.js';
import { safeJson, sanitize } from '../sanitize.js';

export async function ledgerExport(
  invocation: Invocation,
  _args: readonly string[],
  { what, since, until, type, run, to }: LedgerExportFlags,
): Promise<number> {
  const { output, signal } = invocation;
  const isNarrowed = [since, until, type, run].some((one) => one !== undefined);
  if (what === 'journal' && isNarrowed)
    throw new CliError(
      'usage_invalid',
      '--what journal gives all of it: its lines only mean something together',
      {
        next: 'Leave out --since, --until, --type and --run, or ask for entries or events.',
      },
    );
  if (output.json && to === undefined)
    throw new CliError(
      'usage_invalid',
      'without --to the lines themselves go to standard output, and are JSON',
      {
        next: 'Leave out --json, or name a file with --to.',
      },
    );
  const filter = filterOf(
    { ...(since && { since }), ...(until && { until }), ...(type && { type }) },
    Date.now(),
  );
  const ledger = await ledgerOf(invocation);
  const wanted = { ...{ what, filter, signal }, runId: run };
  const exported =
    to === undefined
      ? await exportLedger(ledger, {
          ...wanted,
          // Byte for byte, but not to a terminal: what stands in an entry may be meant for it.
          write: (line) => output.exported(process.stdout.isTTY ? safeJson(JSON.parse(line)) : line),
          drained: () => output.drained(),
        })
      : await intoFile(to, (file) =>
          exportLedger(ledger, {
            ...wanted,
            write: (line) => void file.write(`${line}\n`),
            drained: async () => {
              if (file.writableNeedDrain) await once(file, 'drain');
            },
          }),
        );
  const checkpoint = await checkpointIn(ledger.tiles);
  const covered =
    checkpoint !== undefined && checkpoint.size <= exported.head.sequence ? checkpoint : undefined;
  output.document({
    ...{ what, lines: exported.lines, file: to ?? null },
    last_sequence: exported.head.sequence,
    last_hash: exported.head.hash,
    checkpoint: covered === undefined ? null : { size: covered.size, root: covered.root, note: covered.note },
  });
  output.note(
    `${plural(exported.lines, 'line')} of a ledger that ends at entry ${thousands(exported.head.sequence)}, hash ${exported.head.hash}.`,
  );
  output.note(
    covered === undefined
      ? 'It reaches no checkpoint that is here.'
      : sanitize(`Checkpoint: ${thousands(covered.size)} entries, root ${covered.root}.`),
  );
  return exitCodes.held;
}

/** The whole file or none. @throws CliError `report_exists`; DiskError */
async function intoFile(path: string, write: (file: WriteStream) => Promise<Exported>): Promise<Exported> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    await once(file, 'open');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw asDiskError(fault, path);
    throw new CliError('report_exists', `${sanitize(path)} is there already`, {
      next: 'Name another file: what is there is not overwritten.',
    });
  }
  // Faults between two writes; the one that ends it is the first.
  let broken: unknown;
  file.on('error', (fault) => {
    broken ??= fault;
  });
  try {
    const exported = await write(file);
    await new Promise<void>((resolve) => file.end(resolve));
    if (broken !== undefined) throw broken;
    return exported;
  } catch (fault) {
    file.destroy();
    await rm(path, { force: true });
    throw (broken ?? fault) === fault && !isErrno(fault) ? fault : asDiskError(broken ?? fault, path);
  }
}

const isErrno = (fault: unknown): boolean =>
  typeof (fault as NodeJS.ErrnoException | null)?.code === 'string' &&
  (fault as NodeJS.ErrnoException).syscall !== undefined;
