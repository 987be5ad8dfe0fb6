import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What the console stands beside: a server that does nothing, in a process of its own. `/json` answers two words, everything else is
 * a page of one line.
 */
const page =
  '<!doctype html><html lang="en"><title>Trivial</title><body><p id="row">One line.</p></body></html>';
const server = createServer((request, response) => {
  const isJson = request.url === '/json';
  response
    .setHeader('content-type', isJson ? 'application/json' : 'text/html; charset=utf-8')
    .end(isJson ? '{"ok":true}' : page);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
