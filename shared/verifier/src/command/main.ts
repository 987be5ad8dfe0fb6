import { Fault } from '@marketops/contracts';
import { bundleJson, renderBundle } from '../bundle/render.js';
import { JournalError } from '../journal/errors.js';
import { safeJson, sanitize } from '../plain-text.js';
import { VerifyCommandError } from './errors.js';
import { exitCodes } from './exit-codes.js';
import { help, readOptions, type VerifyOptions } from './options.js';
import { renderTiles, renderVerified, tilesJson, verifiedJson } from './render.js';
import { verifyBundleFile } from './verify-bundle.js';
import { verifyWithMemories } from './verify-journal.js';
import { verifyTilesWithMemories } from './verify-tiles.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** `marketops-verify`. @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  try {
    const options = readOptions(argv);
    if (options === undefined) {
      process.stdout.write(help);
      return exitCodes.held;
    }
    return (await { journal, tiles, bundle }[options.what](options)) ? exitCodes.held : exitCodes.failed;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const { code, message, next } = fault;
    if (json) say(safeJson({ error: { code, message, next } }, 2));
    else note(`error  ${sanitize(message)}\n code  ${code}\n next  ${sanitize(next)}`);
    return exitOf(fault);
  }
}

async function journal(options: VerifyOptions): Promise<boolean> {
  const tell = progress(options);
  const verified = await verifyWithMemories(options, ({ entries, bytes, bytesTotal }) =>
    tell(entries, bytes / Math.max(1, bytesTotal)),
  );
  if (options.json) say(safeJson(verifiedJson(verified), 2));
  else renderVerified(verified, say);
  return verified.report.ok;
}

async function tiles(options: VerifyOptions): Promise<boolean> {
  const tell = progress(options);
  const verified = await verifyTilesWithMemories(options, (entries, size) => tell(entries, entries / size));
  if (options.json) say(safeJson(tilesJson(verified), 2));
  else renderTiles(verified, say);
  return verified.report.ok;
}

async function bundle(options: VerifyOptions): Promise<boolean> {
  const report = await verifyBundleFile(options);
  if (options.json) say(safeJson(bundleJson(report), 2));
  else renderBundle(report, say);
  return report.ok;
}

function exitOf(fault: Fault): number {
  if (fault instanceof VerifyCommandError)
    return fault.code === 'verify_journal_missing' ? exitCodes.notFound : exitCodes.usage;
  if (fault instanceof JournalError && fault.code === 'journal_unreadable') return exitCodes.notFound;
  return exitCodes.usage;
}

const tellEveryMs = 1_000;

function progress({ json }: VerifyOptions): (entries: number, share: number) => void {
  let toldAtMs = performance.now();
  return (entries, share) => {
    if (json || performance.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = performance.now();
    note(`  ${entries} entries, ${Math.floor(100 * share)} %`);
  };
}

// `marketops-verify … | head` closes the pipe: not a fault.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => process.exit(fault.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));
