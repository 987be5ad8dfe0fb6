/** How many connections each address has. */
export class PerAddress {
  #max: number;
  #counts = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns false where it has as many as it may */
  admit(address = ''): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#max) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  leave(address = ''): void {
    const count = (this.#counts.get(address) ?? 0) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
