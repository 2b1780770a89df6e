/**
 * Whether an address may be fetched: decided before anything is connected, once per hop.
 *
 * The address is parsed once, by the parser that the request uses too. A host that is a number is checked as one: a
 * look-up hook never sees it. Of a name, every address has to be public, and the connection goes to one that was checked,
 * so that a name that changes its mind in between gains nothing. Vectors: fetch.test.ts and test/e2e/fetch.test.ts.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Target = {
  readonly url: URL;
  /** Name without brackets and trailing dot. */
  readonly host: string;
  readonly port: number;
  /** Where to connect: one of the checked addresses. */
  readonly address: string;
};

/** All addresses of a name, A and AAAA. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Names that mean this machine or its network wherever they are looked up. */
const localNames = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa)$/;
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Undefined where it must not be fetched, whatever the reason. `allowed` holds `host:port` entries of the operator. */
export async function findTarget(
  text: string,
  options: { readonly resolve: Resolve; readonly allowed: readonly string[]; readonly from?: URL },
): Promise<Target | undefined> {
  const url = URL.parse(text, options.from?.href);
  const defaultPort = defaultPorts[url?.protocol ?? ''];
  if (url === null || defaultPort === undefined || url.username !== '' || url.password !== '') return undefined;
  if (options.from?.protocol === 'https:' && url.protocol === 'http:') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port === '' ? defaultPort : Number(url.port);
  if (host === '') return undefined;
  const isAllowed = options.allowed.some((entry) => entry.toLowerCase() === `${host}:${port}`);
  if (!isAllowed && port !== 80 && port !== 443) return undefined;
  if (!isAllowed && localNames.test(host)) return undefined;
  const addresses = isIP(host) !== 0 ? [host] : await options.resolve(host);
  const [address] = addresses;
  if (address === undefined || !(isAllowed || addresses.every(isPublic))) return undefined;
  return { url, host, port, address };
}

/** Whether an address belongs to the public internet. What carries another address inside (mapped, NAT64, 6to4 …) does not. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv4) return !privateV4.some((range) => parsed.match(range));
  return parsed.match(globalV6);
}

/** All that IANA has given out as global unicast; the rest of IPv6 is special or unassigned. */
const globalV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** What the library's table leaves out: IETF protocol assignments, 6to4 relays, benchmarks, the metadata address of a large cloud. */
const privateV4 = ['0.0.0.0/8', '192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '100.64.0.0/10', '240.0.0.0/4'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);
