import { expect, it } from 'vitest';
import { followEvents } from './follow.js';
import { ProblemError } from './problem.js';

const first = (answer: Response) =>
  followEvents({ url: 'http://127.0.0.1/v1/events', fetch: async () => answer }).next();

it('given a refusal, then it is thrown as the problem that it is', async () => {
  const problem = { code: 'too_many_requests', detail: 'Too many.', next: 'Wait.', status: 429 };
  const refused = first(new Response(JSON.stringify(problem), { status: 429 }));
  await expect(refused).rejects.toBeInstanceOf(ProblemError);
  await expect(first(new Response(JSON.stringify(problem), { status: 429 }))).rejects.toMatchObject({
    code: problem.code,
  });
});

it('given an answer that is not the console’s, then that is said', async () => {
  await expect(first(new Response('<html>', { status: 502 }))).rejects.toMatchObject({ code: 'no_problem' });
});
