/**
 * Whether a URL's host is this machine and cannot be another: plain http is for it alone. A name that a resolver may send
 * elsewhere, other than `localhost`, is none.
 * @param hostname as `URL` gives it: IPv6 in brackets, IPv4 in four numbers
 */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
