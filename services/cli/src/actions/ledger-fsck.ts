import { openIndexOf } from '@marketops/operator/reading';
import { reasonOf, thousands } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import { type Finding, fail } from '../doctor/finding.js';
import { exitCodes } from '../exit-codes.js';
import { indexFindings, tilesFindings } from '../ledger-files/fsck/derived.js';
import { fileFindings } from '../ledger-files/fsck/files.js';
import type { FsckFinding } from '../ledger-files/fsck/finding.js';
import { checkJournal } from '../ledger-files/fsck/journal.js';
import { type LedgerOf, ledgerOf } from '../ledger-files/ledger-of.js';
import { writerOf } from '../ledger-files/writer-of.js';
import { renderFindings } from '../render/findings.js';

const tellEveryMs = 1_000;

export async function ledgerFsck(
  invocation: Invocation,
  _args: readonly string[],
  { repair }: { readonly repair?: true },
): Promise<number> {
  const { output } = invocation;
  const ledger = await ledgerOf(invocation);
  const running = await writerOf(ledger.paths);
  const found = await look(ledger, running !== undefined, progress(invocation));
  const repaired: string[] = [];
  const left: FsckFinding[] = [];
  for (const finding of found) {
    if (repair !== true || finding.repair === undefined) {
      left.push(finding);
      continue;
    }
    // Once more: to look at all of it takes minutes, in which a ledger may have begun.
    const writer = running ?? (await writerOf(ledger.paths));
    if (writer === undefined) repaired.push(await finding.repair());
    else left.push({ ...finding, next: `Stop the ledger first (${writer}), then again: --repair.` });
  }
  const findings: Finding[] = left.map(({ repair: _, ...finding }) => finding);
  const well = !findings.some(({ verdict }) => verdict === 'fail');
  output.document({ well, findings, repaired });
  renderFindings(output, findings);
  for (const done of repaired) output.line(`Repaired: ${done}.`);
  return well ? exitCodes.held : exitCodes.failed;
}

async function look(
  ledger: LedgerOf,
  isRunning: boolean,
  tell: (what: string, entries: number) => void,
): Promise<FsckFinding[]> {
  const journal = await checkJournal(ledger, ({ entries }) => tell('journal', entries));
  let index: ReturnType<typeof openIndexOf>;
  let ofIndex: FsckFinding[];
  try {
    index = openIndexOf(ledger.loaded);
    ofIndex = await indexFindings(ledger, index, journal.head);
  } catch (fault) {
    ofIndex = [
      fail('index', reasonOf(fault), 'Start the ledger: it makes an index that cannot be read again.'),
    ];
  } finally {
    await index?.close();
  }
  return [
    ...journal.findings,
    ...(await fileFindings(ledger, isRunning)),
    ...ofIndex,
    ...(await tilesFindings(ledger, (entries) => tell('tiles', entries))),
  ];
}

function progress({ output }: Invocation): (what: string, entries: number) => void {
  let toldAtMs = performance.now();
  return (what, entries) => {
    if (performance.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = performance.now();
    output.note(`  ${what}: ${thousands(entries)} entries`);
  };
}
