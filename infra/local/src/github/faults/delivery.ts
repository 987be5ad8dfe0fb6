import type { ServerResponse } from 'node:http';
import type { FaultSwitch } from './faults.js';

const pieceDefaultMs = 10;
const tricklePieceBytes = 1;
const endlessPieceBytes = 16_384;

/** Sends `body` a piece at a time; then ends, or goes on with spaces for as long as somebody listens. */
function inPieces(response: ServerResponse, fault: FaultSwitch, body: Buffer, endless: boolean): void {
  const size = Math.max(1, fault.chunk_bytes ?? (endless ? endlessPieceBytes : tricklePieceBytes));
  const spaces = Buffer.alloc(size, ' ');
  let at = 0;
  // A client that does not read stops the flow too: unread pieces would fill the memory.
  const timer = setInterval(() => {
    if (response.writableNeedDrain) return;
    if (at < body.length) {
      response.write(body.subarray(at, at + size));
      at += size;
    } else if (endless) {
      response.write(spaces);
    } else {
      clearInterval(timer);
      response.end();
    }
  }, fault.delay_ms ?? pieceDefaultMs);
  timer.unref();
  response.once('close', () => clearInterval(timer));
}

/** Whether the fault concerns how the bytes of an answer are sent. An endless answer cannot say how long it is. */
export const isOfDelivery = (fault: FaultSwitch | undefined): fault is FaultSwitch =>
  fault !== undefined && ['trickle', 'endless', 'stall', 'cut_short'].includes(fault.kind);

/** Sends the body as the fault has it; the head has been written. */
export function deliver(response: ServerResponse, fault: FaultSwitch, body: Buffer): void {
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (fault.kind === 'stall') response.write(half);
  else if (fault.kind === 'cut_short') response.write(half, () => response.destroy());
  else inPieces(response, fault, body, fault.kind === 'endless');
}
