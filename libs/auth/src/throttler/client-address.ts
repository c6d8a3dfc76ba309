/**
 * What counts as one client of an address: an IPv4 address, or the leading bits of an IPv6 address, because whoever has
 * one address of a subnet has all of them. IPv4 written as IPv6 is the IPv4 address.
 */
export function clientAddress(ip: string | undefined, ipv6Prefix: number): string {
  if (ip === undefined || ip === '') return 'unknown';
  if (!ip.includes(':')) return ip;
  const groups = groupsOf(ip);
  if (groups === undefined) return ip;
  if (holdsIpv4(groups)) return ipv4Of(groups);
  const kept = groups.map((group, index) => group & maskOf(ipv6Prefix - index * 16));
  return `${kept.map((group) => group.toString(16)).join(':')}/${ipv6Prefix}`;
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2), or `undefined` when it isn't one. */
function groupsOf(ip: string): number[] | undefined {
  const [address = ''] = ip.split('%', 1);
  const [head = '', tail, ...more] = withHexTail(address).split('::');
  if (more.length > 0) return undefined;
  const left = parse(head);
  const right = tail === undefined ? [] : parse(tail);
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => 0), ...right];
  return groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

function parse(part: string): number[] {
  return part === ''
    ? []
    : part.split(':').map((group) => (/^[\da-f]{1,4}$/i.test(group) ? parseInt(group, 16) : -1));
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withHexTail(address: string): string {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (dotted === null) return address;
  const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(1).map(Number);
  return `${address.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** IPv4-mapped (RFC 4291 §2.5.5.2) or translated by a NAT64 (RFC 6052 §2.1). */
function holdsIpv4(groups: readonly number[]): boolean {
  const prefix = groups.slice(0, 6).join();
  return prefix === '0,0,0,0,0,65535' || prefix === '100,65435,0,0,0,0';
}

function ipv4Of(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

function maskOf(bits: number): number {
  if (bits >= 16) return 0xffff;
  return bits <= 0 ? 0 : (0xffff << (16 - bits)) & 0xffff;
}
