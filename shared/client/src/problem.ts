import type { components } from './schema.js';

type Problem = components['schemas']['Problem'];

/** A refusal of the API, as RFC 9457 has it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }

  /** As docs/errors.md lists it. */
  get code(): string {
    return this.problem.code;
  }
}

/** What is told where something else than the console answered, such as a proxy. */
const foreign = ({ status, statusText }: Response): Problem => ({
  type: 'urn:marketops:error:no_problem',
  title: statusText || 'The answer is not the console’s',
  status,
  code: 'no_problem',
  detail: `The server answered ${status} without saying why.`,
  next: 'Try again; if it stays so, see what stands between here and the console.',
  instance: '',
});

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'next' in value;

/** What a refusal says; `body` is its JSON, or whatever else came. */
export const refusal = (response: Response, body: unknown): ProblemError =>
  new ProblemError(isProblem(body) ? body : foreign(response));

/** The data of an answer. @throws ProblemError where it was refused */
export function unwrap<Data>(answer: {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}): Data {
  if (answer.response.ok) return answer.data as Data;
  throw refusal(answer.response, answer.error);
}
