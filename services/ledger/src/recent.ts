/**
 * What was set last, by key, in two generations: a full young one becomes the old one, and the old one is forgotten. So
 * at least the last `generationMax` keys set are remembered, and at most twice as many.
 */
export class Recent<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #generationMax: number;

  constructor(generationMax: number) {
    this.#generationMax = generationMax;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
