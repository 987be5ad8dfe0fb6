/** Of one line. */
const lineCharsMax = 4_096;

/**
 * Lines of a stream of another process, of which no more than one line is held.
 * @param take `tooLong` is told how many bytes were thrown away
 */
export function readLines(
  stream: NodeJS.ReadableStream,
  take: { line(line: string): void; tooLong(bytes: number): void },
): void {
  let held = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (held + chunk).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) {
      if (line.length <= lineCharsMax) take.line(line);
      else take.tooLong(Buffer.byteLength(line));
    }
    if (held.length <= lineCharsMax) return;
    const thrown = Buffer.byteLength(held);
    held = '';
    take.tooLong(thrown);
  });
}
