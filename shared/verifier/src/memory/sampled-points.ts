import type { ChainPoint } from '../journal/walk.js';

/**
 * Some points of a chain, evenly apart, in bounded memory: when there are too many, every other one goes. Of a second copy of
 * a journal they are what tells where the first one parts from it.
 */
export class SampledPoints {
  readonly #pointsMax: number;
  #points: ChainPoint[] = [];
  #stride = 1;

  constructor(pointsMax = 4_096) {
    this.#pointsMax = pointsMax;
  }

  add(point: ChainPoint): void {
    if (point.sequence === 0 || point.sequence % this.#stride !== 0) return;
    this.#points.push(point);
    if (this.#points.length <= this.#pointsMax) return;
    this.#stride *= 2;
    this.#points = this.#points.filter(({ sequence }) => sequence % this.#stride === 0);
  }

  get points(): readonly ChainPoint[] {
    return this.#points;
  }
}
