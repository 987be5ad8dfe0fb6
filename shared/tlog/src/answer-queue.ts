import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** More than that many unanswered on one connection, and it is closed: who reads a log asks for one or a few at a time. */
const waitingMax = 64;

interface Queue {
  tail: Promise<void>;
  waiting: number;
  /** Lets go of the answer under way when the connection is gone. */
  release: () => void;
}

/**
 * One answer at a time on a connection: the next is made when the system has taken the last one. Without it Node begins all
 * the requests of a pipeline at once, and holds the answers of one that does not read.
 */
export class AnswerQueue {
  #queues = new WeakMap<Socket, Queue>();

  /** @param answer ends the response, or destroys it; never rejects. Not called where the asker is gone. */
  push(request: IncomingMessage, response: ServerResponse, answer: () => Promise<void>): void {
    const { socket } = request;
    if (socket.destroyed) return;
    const queue = this.#queueOf(socket);
    if (queue.waiting >= waitingMax) {
      socket.destroy();
      return;
    }
    queue.waiting += 1;
    queue.tail = queue.tail.then(async () => {
      queue.waiting -= 1;
      if (socket.destroyed) return;
      const taken = new Promise<void>((resolve) => {
        queue.release = resolve;
        response.once('finish', resolve).once('close', resolve);
      });
      await answer();
      await taken;
    });
  }

  #queueOf(socket: Socket): Queue {
    const known = this.#queues.get(socket);
    if (known !== undefined) return known;
    const queue: Queue = { tail: Promise.resolve(), waiting: 0, release: () => undefined };
    socket.once('close', () => queue.release());
    this.#queues.set(socket, queue);
    return queue;
  }
}
