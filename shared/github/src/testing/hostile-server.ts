import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface HostileServer {
  readonly url: string;
  /** What reached it: method, path, and whether it was given credentials. */
  readonly received: { readonly method: string; readonly path: string; readonly authorized: boolean }[];
  stop(): Promise<void>;
}

/** For tests: a server on loopback that answers as an attacker, a broken proxy or nobody would. */
export function startHostileServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HostileServer> {
  const received: HostileServer['received'] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, authorized: headers.authorization !== undefined });
    answer(request, response);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const stop = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${port}`, received, stop });
    });
  });
}

/** Answers every request with one JSON value. */
export const always =
  (status: number, json: unknown, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(json));
  };
