import { sanitize } from '@marketops/verifier/plain-text';
import type { HeldEntry } from '../source/recorded.js';
import type { Exporter, ExportHead, Write } from './exporter.js';
import { rowOf } from './row.js';
import { type Bounded, Tally } from './tally.js';

/**
 * An incident report: head, timeline, actors, receipts, refusals, what is unproven. Whatever comes from an event stands in a code
 * span: nothing in it is a link, an image, a mention, HTML or another column.
 */
export function markdownExporter(write: Write): Exporter {
  const tally = new Tally();
  const held: HeldEntry[] = [];
  let heldBeyond = 0;
  return {
    head: (head) => writeHead(write, head),
    event(recorded) {
      tally.add(recorded);
      const { entry, time, actor, operationId, runId, what, signature } = rowOf(recorded);
      const where = [runId, operationId].filter((one) => one !== '').join(' ');
      const doubt = signature === 'verified' ? '' : ` (${signature})`;
      row(write, [entry, time, actor, where, `${what}${doubt}`]);
    },
    held(one) {
      if (held.length < 1_000) held.push(one);
      else heldBeyond += 1;
    },
    end({ lastSequence }) {
      writeSummary(write, tally);
      writeUnproven(write, tally, held, heldBeyond, lastSequence);
    },
  };
}

function writeHead(write: Write, { about, madeAt, lastSequence, logOrigin }: ExportHead): void {
  write('# Incident report');
  write('');
  for (const one of about) write(`- ${codeSpan(one)}`);
  write(`- log ${codeSpan(logOrigin)}, made ${codeSpan(madeAt)} from a ledger of ${lastSequence} entries`);
  write('- every signature of what is listed was verified against the keyring; times are UTC');
  write('');
  write('## Timeline');
  write('');
  heading(write, ['entry', 'time', 'signed by', 'run and operation', 'what happened']);
}

function writeSummary(write: Write, tally: Tally): void {
  write('');
  write(
    `${tally.events} events, from ${codeSpan(tally.firstTime || '–')} to ${codeSpan(tally.lastTime || '–')}.`,
  );
  section(write, 'Actors', ['who', 'how', 'events', 'first', 'last'], tally.actors, (name, one) => [
    ...[name, one.role, String(one.events), one.first, one.last],
  ]);
  section(
    write,
    'Receipts',
    ['receipt', 'run', 'operation', 'last heard', 'entry'],
    tally.receipts,
    (id, one) => [...[id, one.runId, one.operationId, one.fate, one.entry]],
  );
  section(write, 'Refusals', ['entry', 'time', 'what was refused, and why'], tally.refusals, (_, one) => [
    ...[one.entry, one.time, one.what],
  ]);
}

function writeUnproven(
  write: Write,
  tally: Tally,
  held: readonly HeldEntry[],
  heldBeyond: number,
  lastSequence: number,
): void {
  section(write, 'What is unproven', ['entry', 'time', 'what, and why'], tally.unproven, (_, one) => [
    ...[one.entry, one.time, one.what],
  ]);
  write('');
  for (const { sequence, what } of held)
    write(`- entry ${sequence} is of a type this release does not know: ${codeSpan(what)}`);
  if (heldBeyond > 0) write(`- and ${heldBeyond} more of unknown types`);
  write(`- what came after entry ${lastSequence}, or never reached the ledger, is not in this report`);
  write('- that the ledger is whole and unchanged is not shown by it: run `marketops verify`');
}

function section<Value>(
  write: Write,
  title: string,
  columns: readonly string[],
  from: Bounded<Value>,
  cells: (key: string, value: Value) => readonly string[],
): void {
  write('');
  write(`## ${title}`);
  write('');
  if (from.values.size === 0) {
    write('None.');
    return;
  }
  heading(write, columns);
  for (const [key, value] of from.values) row(write, cells(key, value));
  if (from.beyond > 0) {
    write('');
    write(`And ${from.beyond} more.`);
  }
}

function heading(write: Write, titles: readonly string[]): void {
  write(`| ${titles.join(' | ')} |`);
  write(`|${titles.map(() => '---').join('|')}|`);
}

const row = (write: Write, cells: readonly string[]): void => write(`| ${cells.map(codeSpan).join(' | ')} |`);

/** Text from outside as code, on one line: in there nothing has a meaning but a backtick, and in a table a bar, which are spelled out. */
export function codeSpan(text: string): string {
  const inert = sanitize(text, 1_000).replaceAll('`', '\\u{60}').replaceAll('|', '\\u{7c}').trim();
  return inert === '' ? '' : `\`${inert}\``;
}
