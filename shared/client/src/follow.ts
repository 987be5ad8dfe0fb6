import { refusal } from './problem.js';

/** One message of an event stream. */
export interface Followed {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

export interface FollowOptions {
  readonly url: string;
  /** Absent: the browser's session cookie speaks for it. */
  readonly apiKey?: string;
  /** What came after it follows. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const messageCharsMax = 4_194_304;

/**
 * The messages of one connection, in order; ends with it. To go on, follow again with the last message's id.
 * @throws ProblemError where it was refused; RangeError where a message exceeds 4 Mi characters; the signal's reason
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<Followed> {
  const { url, apiKey, lastEventId, signal, fetch = globalThis.fetch } = options;
  const response = await fetch(url, {
    headers: {
      accept: 'text/event-stream',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok || response.body === null) {
    const body: unknown = await response.json().catch(() => undefined);
    throw refusal(response, body);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      if (rest.length > messageCharsMax)
        throw new RangeError(`a message of ${url} exceeds ${messageCharsMax} characters`);
      for (const block of blocks) {
        const message = messageOf(block);
        if (message !== undefined) yield message;
      }
    }
  } finally {
    // Whoever stops listening ends the connection too.
    await reader.cancel().catch(() => undefined);
  }
}

/** Undefined for a comment, such as those that keep a connection alive. */
function messageOf(block: string): Followed | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([a-z]+):? ?(.*)$/.exec(line) ?? [];
    if (name === 'data' && fields.has('data')) fields.set('data', `${fields.get('data')}\n${value}`);
    else if (name !== '') fields.set(name, value);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', type: fields.get('event') ?? 'message', data };
}
