import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP/HTTP brings it, with attributes as a plain object. Ids are lower-case hexadecimal. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** What stands where an OpenTelemetry collector would: takes traces over OTLP/HTTP as JSON, and keeps them. */
export interface OtlpCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Everything received, as it came. */
  readonly bodies: readonly string[];
  /** Resolves as soon as what was received is enough. @throws RangeError when it is not within `limitMs` */
  until(isEnough: (spans: readonly ReceivedSpan[]) => boolean, limitMs?: number): Promise<void>;
  close(): Promise<void>;
}

const bodyBytesMax = 16 * 1_048_576;

interface WireAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly WireAttribute[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly WireAttribute[] }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}
interface WireTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const listeners = new Set<() => void>();
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== '/v1/traces') return void response.writeHead(404).end();
    bodyOf(request).then(
      (body) => {
        bodies.push(body);
        spans.push(...spansIn(JSON.parse(body) as WireTraces));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        for (const listener of listeners) listener();
      },
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    until: (isEnough, limitMs = 20_000) =>
      new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!isEnough(spans)) return;
          clearTimeout(limit);
          listeners.delete(look);
          resolve();
        };
        const limit = setTimeout(() => {
          listeners.delete(look);
          reject(new RangeError(`not enough within ${limitMs} ms: ${spans.length} spans were received`));
        }, limitMs);
        listeners.add(look);
        look();
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new RangeError('the export is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const spansIn = ({ resourceSpans }: WireTraces): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)['service.name']);
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(
        ({ traceId, spanId, parentSpanId = '', name, attributes, events = [], links = [] }) => ({
          ...{ service, traceId, spanId, parentSpanId, name, links },
          attributes: plain(attributes),
          events: events.map((event) => ({ name: event.name, attributes: plain(event.attributes) })),
        }),
      ),
    );
  });

const plain = (attributes: readonly WireAttribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
