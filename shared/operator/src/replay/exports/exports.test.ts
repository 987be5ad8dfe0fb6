import type { MarketOpsEvent } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../source/recorded.js';
import { csvCell, csvExporter } from './csv.js';
import type { Exporter, Write } from './exporter.js';
import { jsonlExporter } from './jsonl.js';
import { codeSpan, markdownExporter } from './markdown.js';

const time = '2026-01-31T12:00:00.000Z';
const hostile =
  '=HYPERLINK("http://evil","x") | `code` <img src=x> [a](b) @team \u202e\u001b[31m\u009b2J\nnext, "quoted"';

const refusal = (reason: string, sequence = 1): RecordedEvent => ({
  event: {
    ...{ id: `01K${sequence}`, stream: 'system', seq: sequence, type: 'gate.refused', version: 1, time },
    ...{
      tenant_id: null,
      run_id: null,
      mode: null,
      actor: 'publisher',
      causation_id: null,
      correlation_id: null,
    },
    data: {
      check: 'presence',
      job_digest: 'a'.repeat(64),
      reason: { code: 'receipt_missing', message: reason, remedy: 'None.' },
      ...{ claimed_run_id: null, claimed_operation_id: null, claimed_receipt_id: '-2+3' },
    },
  } as MarketOpsEvent,
  entry: { sequence, hash: 'b'.repeat(64) },
  signer: {
    ...{ actor: 'publisher', keyId: 'publisher-1', epoch: 1, standing: 'current' },
    ...{ revokedAt: null, committedAt: null },
  },
  segment: '1',
});

const written = (make: (write: Write) => Exporter, events: readonly RecordedEvent[]): string[] => {
  const lines: string[] = [];
  const exporter = make((line) => lines.push(line));
  exporter.head({ about: [hostile], madeAt: time, lastSequence: 2, logOrigin: 'log' });
  for (const one of events) exporter.event(one);
  exporter.held({ sequence: 2, what: 'system seq 2' });
  exporter.end({ lastSequence: 2 });
  return lines;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const deceptive = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('exports of what somebody hostile wrote', () => {
  it('given formulas, then no cell of a CSV begins one', () => {
    for (const start of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '＝1', '|calc', '%0a'])
      expect(csvCell(start)).toBe(`"'${start}"`);
    expect(csvCell('plain, "quoted"')).toBe('"plain, ""quoted"""');
    const lines = written(csvExporter, [refusal(hostile)]);
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).not.toMatch(deceptive);
      expect(line).not.toMatch(/(?:^|,)"\s*[=+\-@]/);
      expect(line.match(/"(?:[^"]|"")*"/g)).toHaveLength(16);
      expect(line).toMatch(/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/);
    }
    expect(lines[2]).toContain('"unknown"');
  });

  it('given markup, then in the report it is code on one line, and adds no column', () => {
    const lines = written(markdownExporter, [refusal(hostile), refusal('again', 2)]);
    for (const line of lines) {
      expect(line).not.toMatch(deceptive);
      const outside = line.replaceAll(/`[^`]*`/g, '');
      expect(outside).not.toMatch(/[<@]|\]\(/);
    }
    const timeline = lines.filter((line) => line.includes('HYPERLINK') && line.startsWith('|'));
    expect(timeline).toHaveLength(3);
    for (const line of timeline) expect([6, 4]).toContain(line.split('|').length - 1);
    expect(codeSpan('a`b|c\nd')).toBe('`a\\u{60}b\\u{7c}c d`');
    expect(lines.join('\n')).toContain('a claim nobody vouches for');
    expect(lines.join('\n')).toContain('entry 2 is of a type this release does not know');
  });

  it('given control characters, then a JSON line spells them, and says the same when it is read', () => {
    const [line = ''] = written(jsonlExporter, [refusal(hostile)]);
    expect(line).not.toMatch(deceptive);
    expect(JSON.parse(line)).toMatchObject({
      event: { data: { reason: { message: hostile } } },
      ledger_sequence: 1,
    });
  });

  it('given more than a report lists, then it counts the rest, and goes on in bounded memory', () => {
    const lines = written(
      markdownExporter,
      Array.from({ length: 1_203 }, (_, at) => refusal(`no ${at}`, at + 1)),
    );
    expect(lines.filter((line) => line === 'And 203 more.')).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith('| `'))).toHaveLength(1_203 + 1 + 2 * 1_000);
  });
});
