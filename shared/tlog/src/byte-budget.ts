/** Bytes that are held at once, for all who ask together. Who finds none left waits for its turn, first come first served. */
export class ByteBudget {
  #left: number;
  #max: number;
  #waiting: { readonly bytes: number; readonly grant: () => void }[] = [];

  constructor(max: number) {
    this.#max = max;
    this.#left = max;
  }

  get held(): number {
    return this.#max - this.#left;
  }

  /**
   * @param bytes more than there are in all is asked for as all of them
   * @returns what was taken, to be given back; undefined where the time was over before there was enough
   */
  async take(bytes: number, timeoutMs: number): Promise<number | undefined> {
    const wanted = Math.min(bytes, this.#max);
    if (this.#waiting.length === 0 && wanted <= this.#left) {
      this.#left -= wanted;
      return wanted;
    }
    return new Promise((resolve) => {
      const one = {
        bytes: wanted,
        grant: () => {
          clearTimeout(timer);
          resolve(wanted);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== one);
        resolve(undefined);
        this.#grant();
      }, timeoutMs);
      this.#waiting.push(one);
    });
  }

  give(bytes: number): void {
    this.#left += bytes;
    this.#grant();
  }

  #grant(): void {
    for (let [next] = this.#waiting; next !== undefined && next.bytes <= this.#left; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#left -= next.bytes;
      next.grant();
    }
  }
}
