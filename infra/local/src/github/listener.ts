import type { Server } from 'node:http';

const loopback = '127.0.0.1';

/** Listens on loopback only and says where. Port 0 takes a free one. */
export function listen(server: Server, port: number): Promise<string> {
  // Longer than any client keeps an idle connection, so that it is the client who closes and no request meets a
  // connection that was closed a moment ago.
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(`http://${loopback}:${address.port}`);
    });
  });
}

export function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
