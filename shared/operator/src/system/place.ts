/** Which system is meant, as whoever asks says it. */
export interface SystemPlace {
  /** Of marketops.yml. */
  readonly configPath: string;
  readonly env: NodeJS.ProcessEnv;
}
