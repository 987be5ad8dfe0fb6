/** What an entry says of its event without being parsed: enough to pass over what nobody asked for. */
export interface Envelope {
  readonly actor: string;
  readonly runId: string | null;
  readonly stream: string;
  readonly seq: number;
  readonly tenantId: string | null;
  readonly time: string;
  readonly type: string;
  readonly sequence: number;
}

/** Longer than what stands behind `data` in an entry can be. */
const tailChars = 1_200;

/*
 * Canonical JSON sorts members, so that everything but `actor` stands behind `data`, where it is anchored to the end: nothing
 * inside `data` can pass for it.
 */
const tail =
  /"run_id":(null|"[^"\\]*"),"seq":(\d+),"stream":"([^"\\]*)","tenant_id":(null|"[^"\\]*"),"time":"([^"\\]*)","type":"([^"\\]*)","version":\d+\},"event_digest":"[0-9a-f]{64}","prev_hash":"[0-9a-f]{64}","sequence":(\d+),"statement_digest":"[0-9a-f]{64}"\}$/;
const head = /^\{"event":\{"actor":"([^"\\]*)"/;

/** @returns undefined where the entry has another form: then only parsing it can tell */
export function envelopeOf(entryBytes: string): Envelope | undefined {
  const behind = tail.exec(entryBytes.slice(-tailChars));
  const before = head.exec(entryBytes);
  if (behind === null || before === null) return undefined;
  const [, runId = 'null', seq, stream = '', tenantId = 'null', time = '', type = '', sequence] = behind;
  return {
    ...{ actor: before[1] ?? '', stream, time, type },
    runId: unquoted(runId),
    tenantId: unquoted(tenantId),
    seq: Number(seq),
    sequence: Number(sequence),
  };
}

const unquoted = (text: string): string | null => (text === 'null' ? null : text.slice(1, -1));
