/** The address, where it is one that a browser may be sent to: what stands in an event could as well be `javascript:…`. */
export function httpUrl(text: string): string | undefined {
  try {
    const { protocol, href } = new URL(text);
    return protocol === 'https:' || protocol === 'http:' ? href : undefined;
  } catch {
    return undefined;
  }
}
