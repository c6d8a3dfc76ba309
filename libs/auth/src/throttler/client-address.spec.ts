import { clientAddress } from './client-address.js';

describe('clientAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:0:0:0:0/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2:0:0:0:0/64'],
    ['2001:db8:0001:0002:ffff::1', '2001:db8:1:2:0:0:0:0/64'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:0/64'],
    ['::1', '0:0:0:0:0:0:0:0/64'],
    ['64:ff9b::192.0.2.7', '192.0.2.7'],
    ['not:an:address', 'not:an:address'],
    ['1::2::3', '1::2::3'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (ip, expected) => {
    expect(clientAddress(ip, 64)).toBe(expected);
  });

  it.each([
    [48, '2001:db8:1:0:0:0:0:0/48'],
    [56, '2001:db8:1:ff00:0:0:0:0/56'],
    [128, '2001:db8:1:ffff:1:2:3:4/128'],
  ])('cuts at %d bits', (bits, expected) => {
    expect(clientAddress('2001:db8:1:ffff:1:2:3:4', bits)).toBe(expected);
  });
});
