import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { OpenApiContract } from '@marketops/local';
import {
  type Arrived,
  bodyMediaTypes,
  type Described,
  describedAs,
  exampleAnswer,
  requestLineFaults,
} from './description.js';
import { startHostileServer } from './hostile-server.js';

interface ContractRequest {
  /** `GET /repos/{owner}/{repo}`. */
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON; undefined where there is none. */
  readonly body: unknown;
}

export interface ContractServer {
  readonly url: string;
  readonly requests: ContractRequest[];
  /** What was wrong with requests, or with GitHub's own examples. */
  readonly faults: string[];
  /** Begins anew; `amend` changes GitHub's examples before they are checked and sent. */
  expect(amend?: (example: unknown) => unknown): void;
  stop(): Promise<void>;
}

/** Asked, but not in GitHub's description: where its redirects lead. It answers as the endpoint named. */
const undescribed: Readonly<Record<string, string>> = {
  '/repositories/1296269': '/repos/octocat/Hello-World',
};

/** Where GitHub's examples contradict its own schemas; nothing of it is read here. */
const exampleFlaws = [
  /\.(template_repository|subscribers_count|network_count|security_and_analysis): GitHub has no such field$/,
  /\.language: missing$/,
  /teams\[\d+\]\.type: missing$/,
];
const isFlaw = (fault: string): boolean => exampleFlaws.some((flaw) => flaw.test(fault));

/**
 * For tests: a server that knows GitHub's description. It holds every request against it, and answers GitHub's example,
 * which it has held against GitHub's schema.
 */
export async function startContractServer(contract: OpenApiContract): Promise<ContractServer> {
  const requests: ContractRequest[] = [];
  const faults: string[] = [];
  let amend: (example: unknown) => unknown = (example) => example;

  const bodyFaults = (
    { method, template }: Described,
    type: string,
    body: unknown,
    media: string[],
  ): string[] => {
    if (body === undefined) return [];
    if (media.includes('application/json')) {
      const named = type === 'application/json; charset=utf-8' ? [] : [`a JSON body called ${type}`];
      return [...named, ...contract.requestFaults(method, template, body)];
    }
    return media.length === 0 ? ['it takes no body'] : [];
  };

  const answer = (request: IncomingMessage, response: ServerResponse, text: string): void => {
    const { method = '', url = '', headers } = request;
    const uploads = url.startsWith('/uploads/');
    const asked = new URL(uploads ? url.slice('/uploads'.length) : url, 'http://localhost');
    const arrived: Arrived = {
      ...{ method, pathname: undescribed[asked.pathname] ?? asked.pathname },
      ...{ query: asked.searchParams, accept: headers.accept ?? '' },
    };
    const described = describedAs(arrived);
    if (described === undefined) {
      faults.push(`${method} ${asked.pathname} is not described`);
      response.writeHead(500).end();
      return;
    }
    const media = bodyMediaTypes(described);
    const isJson = media.includes('application/json');
    const body: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text;
    const wrong = [
      ...requestLineFaults(described, arrived),
      ...bodyFaults(described, headers['content-type'] ?? '', body, media),
    ];
    faults.push(...wrong.map((fault) => `${described.name}: ${fault}`));
    const name = asked.pathname in undescribed ? 'GET /repositories/{id}' : described.name;
    requests.push({ name, query: Object.fromEntries(asked.searchParams), headers, body });

    const { status, body: example } = exampleAnswer(described);
    const amended = example === undefined ? undefined : amend(example);
    if (typeof amended === 'object') {
      const { method: verb, template } = described;
      const wrong = contract.answerFaults(verb, template, status, amended);
      faults.push(...wrong.filter((fault) => !isFlaw(fault)).map((fault) => `example: ${fault}`));
    }
    const json = typeof amended === 'object';
    response.writeHead(status, json ? { 'content-type': 'application/json; charset=utf-8' } : {});
    response.end(json ? JSON.stringify(amended) : amended);
  };

  const server = await startHostileServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  return {
    ...{ url: server.url, requests, faults, stop: server.stop },
    expect: (change = (example) => example) => {
      amend = change;
      requests.length = 0;
      faults.length = 0;
    },
  };
}
