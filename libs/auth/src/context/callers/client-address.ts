import ipaddr from 'ipaddr.js';

// With brackets, a zone and a port no real one is longer.
const MAX_LENGTH = 100;

/**
 * What counts as one client: an IPv4 address, or the leading bits of an IPv6 address, because providers give a whole
 * subnet to each customer. An IPv4 address written as IPv6 counts as the IPv4 address, and a port, which some proxies add
 * and which is new with each connection, doesn't count. `undefined`: it is no address, and so nobody in particular.
 */
export function clientAddress(ip: string | undefined, ipv6Prefix: number): string | undefined {
  const address = parsed(ip);
  if (address === undefined) return undefined;
  if (address instanceof ipaddr.IPv4) return address.toString();
  const embedded = embeddedIpv4(address);
  if (embedded !== undefined) return embedded;
  const kept = address.parts.map((part, index) => part & maskOf(ipv6Prefix - index * 16));
  return `${kept.map((part) => part.toString(16)).join(':')}/${ipv6Prefix}`;
}

/** The same of an address that somebody chose to name. @throws TypeError it is none */
export function requiredAddress(ip: string, ipv6Prefix: number): string {
  const address = clientAddress(ip, ipv6Prefix);
  if (address === undefined) throw new TypeError('This is no IP address, so no client is counted under it');
  return address;
}

/** An address as records say it: the whole of it, in its one spelling, without a port. `undefined`: it is none. */
export function plainAddress(ip: string | undefined): string | undefined {
  const address = parsed(ip);
  if (address === undefined || address instanceof ipaddr.IPv4) return address?.toString();
  return embeddedIpv4(address) ?? address.toString();
}

/** The network around a client: an IPv4 /24, an IPv6 /48. Whoever can use many addresses mostly has those of one. */
export function networkOf(ip: string | undefined): string | undefined {
  const plain = plainAddress(ip);
  if (plain === undefined || plain.includes(':')) return clientAddress(plain, 48);
  return plain.replace(/\d+$/, '0/24');
}

/** Whether something is the address of a client. */
export function isAddress(ip: string | undefined): boolean {
  return parsed(ip) !== undefined;
}

function parsed(ip: string | undefined): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (typeof ip !== 'string' || ip.length > MAX_LENGTH) return undefined;
  const address = withoutPort(ip.trim());
  // `ipaddr.js` reads `1` and `0x7f.1` as IPv4 too, as `inet_aton` does; no platform reports such an address.
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : undefined;
}

/** `192.0.2.7:50123`, `[2001:db8::1]:443` and `[2001:db8::1]` are written by proxies. */
function withoutPort(text: string): string {
  const { v4, v6 } = /^(?:(?<v4>[\d.]+):\d+|\[(?<v6>[^\]]*)\](?::\d+)?)$/.exec(text)?.groups ?? {};
  return v4 ?? v6 ?? text;
}

/** IPv4-mapped (RFC 4291 §2.5.5.2) or translated by a NAT64 (RFC 6052 §2.1). */
function embeddedIpv4(address: ipaddr.IPv6): string | undefined {
  const range = address.range();
  if (range !== 'ipv4Mapped' && range !== 'rfc6052') return undefined;
  return new ipaddr.IPv4(address.toByteArray().slice(12)).toString();
}

function maskOf(bits: number): number {
  if (bits >= 16) return 0xffff;
  return bits <= 0 ? 0 : (0xffff << (16 - bits)) & 0xffff;
}
