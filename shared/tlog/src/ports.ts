/** Where a log’s resources are read from: a folder, a bucket, a server, a mirror. Nothing it says is trusted. */
export interface TileSource {
  /**
   * @param path one of `layout.ts`
   * @param bytesMax more than this is refused without being read
   * @returns undefined where there is none
   * @throws TlogError `place_failed` (also for one that does not answer in time), `place_answer_too_large`
   */
  read(path: string, bytesMax: number): Promise<Uint8Array | undefined>;
}

export interface LogObject {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The checkpoint as a place holds it. */
export interface HeldCheckpoint {
  readonly bytes: Uint8Array;
  /** Names these bytes to the place: a digest, an ETag. */
  readonly version: string;
}

/** A place a log is written to. Tiles and bundles are written once and never change; the checkpoint moves on. */
export interface TilePlace extends TileSource {
  /** Which place it is, for messages; without credentials. */
  readonly name: string;
  /**
   * Writes tiles and bundles. When it returns, all of them are durable; one that is there already with the same bytes is
   * fine, with others it is not.
   * @throws TlogError `tile_conflict`, `place_failed`
   */
  write(objects: readonly LogObject[]): Promise<void>;
  /** Removes partial tiles and bundles that nobody needs any more. Best effort. */
  remove(paths: readonly string[]): Promise<void>;
  /** @throws TlogError `place_failed`, `place_answer_too_large` */
  readCheckpoint(): Promise<HeldCheckpoint | undefined>;
  /**
   * Replaces the checkpoint, where the one replaced is still there.
   * @param replaces its version; undefined where there must be none yet
   * @returns the new version
   * @throws TlogError `checkpoint_conflict` where it is not, `place_failed`
   */
  writeCheckpoint(bytes: Uint8Array, replaces: string | undefined): Promise<string>;
}
