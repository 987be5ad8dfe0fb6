import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passingCase, rulesFor, sharedAuthority } from '../testing/gate-fixture.js';
import { pathsOf, withChange } from '../testing/mutating/changes.js';
import { createGate } from './gate.js';
import { readPresentation } from './read-presentation.js';

const gate = createGate(rulesFor(sharedAuthority));
const one = passingCase();

const paths = pathsOf(one.data).filter((path) => path.length > 0);

describe('R1, P1–P5: one change anywhere never passes', () => {
  it('the data without a change passes', () => {
    expect(gate.judge(one.facts).verdict).toBe('pass');
  });

  it('any other JSON value at any place is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const data = withChange(one.data, path, (old) => {
          fc.pre(JSON.stringify(old) !== JSON.stringify(value));
          return value;
        });
        expect(gate.judge({ ...one.facts, presented: readPresentation(data) }).verdict).toBe('refuse');
      }),
      { numRuns: 2_000 },
    );
  });

  it('one character changed in any text is refused', () => {
    const texts = paths.filter(
      (path) => typeof path.reduce<unknown>((at, key) => (at as never)[key], one.data) === 'string',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
        (path, at, character) => {
          const data = withChange(one.data, path, (old) => {
            const text = String(old);
            const index = at % text.length;
            fc.pre(text[index] !== character);
            return text.slice(0, index) + character + text.slice(index + 1);
          });
          expect(gate.judge({ ...one.facts, presented: readPresentation(data) }).verdict).toBe('refuse');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('a field taken away or added anywhere is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.boolean(), fc.string(), (path, adds, name) => {
        const data = withChange(one.data, adds ? path.slice(0, -1) : path, (old) => {
          if (!adds) return undefined;
          fc.pre(name !== '__proto__' && !Object.hasOwn(old as object, name));
          return { ...(old as object), [name]: 1 };
        });
        expect(gate.judge({ ...one.facts, presented: readPresentation(data) }).verdict).toBe('refuse');
      }),
      { numRuns: 1_000 },
    );
  });

  it('junk of any shape is refused, never an exception', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(gate.judge({ ...one.facts, presented: readPresentation(data) }).verdict).toBe('refuse');
      }),
      { numRuns: 1_000 },
    );
  });
});
