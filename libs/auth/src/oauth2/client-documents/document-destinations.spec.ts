import { PublicDestinations } from './document-destinations.js';
import { isPublicAddress } from './public-address.js';

describe('isPublicAddress', () => {
  it.each(['93.184.215.14', '8.8.8.8', '172.15.0.1', '172.32.0.1', '2606:2800:21f::1', '2a00:1450::8a'])(
    '[cimd-ssrf] %s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b::808:808',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'app.test',
    '',
  ])('[cimd-ssrf] %s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('PublicDestinations', () => {
  const found = (addresses: readonly string[], url = 'https://app.test/client.json') =>
    new PublicDestinations(async () => addresses).of(new URL(url));

  it('[cimd-ssrf] resolves a name once, to an address', async () => {
    expect(await found(['8.8.8.8', '2606:2800:21f::1'])).toEqual({ address: '8.8.8.8', port: 443 });
    expect(await found(['8.8.8.8'], 'https://app.test:8443/a')).toEqual({ address: '8.8.8.8', port: 8443 });
  });

  it('[cimd-ssrf] distrusts a name that leads inside by one of its addresses', async () => {
    expect(await found(['8.8.8.8', '10.0.0.1'])).toBeUndefined();
    expect(await found(['::ffff:8.8.8.8'])).toBeUndefined();
    expect(await found([])).toBeUndefined();
  });

  it('[cimd-ssrf] asks DNS alone: what only this machine knows is unknown', async () => {
    expect(
      await new PublicDestinations().of(new URL('https://localhost/a')).catch(() => undefined),
    ).toBeUndefined();
  });
});
