import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Outgoing } from './wire.js';

// Shared by all clients of the process. Idle connections are closed before GitHub closes them, so that a request
// rarely meets one that is just going.
const options = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 4_000 };
const http = new HttpAgent(options);
const https = new HttpsAgent(options);

/** Opens a request over a pooled connection and says, once, when the other side can be reached (TLS included). */
export function openRequest({ method, target, headers }: Outgoing, onConnected: () => void): ClientRequest {
  const secure = target.protocol === 'https:';
  const request = secure
    ? httpsRequest(target, { method, headers, agent: https })
    : httpRequest(target, { method, headers, agent: http });
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', onConnected);
    else onConnected();
  });
  return request;
}
