import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../call.js';
import { answerOf, bytesOf, headersOf, readBody, send } from '../exchange.js';
import { Problem } from '../problem.js';
import type { World } from '../world.js';
import { controls } from './controls.js';

/** Serves one request below `/_sim/`. */
export async function serveControl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: Answer;
  try {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const control = controls[`${request.method} ${path}`];
    if (control === undefined) throw new Problem(404, 'No such control');
    const text = (await readBody(request, true)).toString('utf8');
    const body: unknown = text === '' ? {} : JSON.parse(text);
    answer = await control(world, { body, query: new URLSearchParams(search) });
  } catch (thrown) {
    answer = thrown instanceof Problem ? answerOf(thrown) : answerOf(new Problem(400, String(thrown)));
  }
  send(response, answer.status, headersOf(answer, {}), bytesOf(answer));
}
