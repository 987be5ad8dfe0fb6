/** One entry of GitHub's `errors` array in a 422. */
export interface FieldError {
  readonly resource: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  readonly field?: string;
  readonly message?: string;
}

const documentationUrl = 'https://docs.github.com/rest';

/** A refusal in GitHub's words. Endpoints throw it; the server answers it. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the body. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    extra: {
      errors?: readonly FieldError[];
      headers?: Record<string, string>;
      fields?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.errors = extra.errors;
    this.headers = extra.headers ?? {};
    this.fields = extra.fields ?? {};
  }

  toBody(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      documentation_url: documentationUrl,
      ...this.fields,
      status: String(this.status),
    };
  }
}

export const notFound = (): Problem => new Problem(404, 'Not Found');

export const validationFailed = (...errors: FieldError[]): Problem =>
  new Problem(422, 'Validation Failed', { errors });
