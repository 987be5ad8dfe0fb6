/** Something that must hold for the demo to be more than a show. */
export interface Expectation {
  readonly name: string;
  readonly held: boolean;
  /** What was found. */
  readonly detail: string;
}

export interface Expectations {
  readonly all: readonly Expectation[];
  readonly held: boolean;
  expect(name: string, held: boolean, detail: string): void;
}

export function openExpectations(): Expectations {
  const all: Expectation[] = [];
  return {
    all,
    get held() {
      return all.every((one) => one.held);
    },
    expect: (name, held, detail) => void all.push({ name, held, detail }),
  };
}
