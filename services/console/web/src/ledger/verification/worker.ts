// First: what parses below must not try to evaluate text.
import '../../data/zod-without-eval.js';
import { webCrypto } from '@marketops/proof/web';
import type { VerifyNews, VerifyOrder } from './messages.js';
import { runOrder } from './run-order.js';

/** What of a dedicated worker's scope is needed. Its library of types would change what the other files mean by `self`. */
interface WorkerScope {
  addEventListener(type: 'message', heard: (message: MessageEvent<VerifyOrder>) => void): void;
  postMessage(news: VerifyNews): void;
}

const scope = self as unknown as WorkerScope;

/** One order, then the page ends this worker, which also frees what it held. */
scope.addEventListener('message', ({ data }: MessageEvent<VerifyOrder>) => {
  void runOrder(
    data,
    {
      crypto: webCrypto,
      fetch: (path, { headers, signal }) =>
        fetch(path, { headers, signal, credentials: 'same-origin', redirect: 'error', cache: 'no-store' }),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      nowMs: () => performance.now(),
    },
    (news: VerifyNews) => scope.postMessage(news),
  );
});
