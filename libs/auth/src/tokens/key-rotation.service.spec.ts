import { tokenParties } from '../../../../test/support/tokens/token-parties.js';
import type { KeysOptions } from '../keys/keys.options.js';
import { ManualClock } from '../testing/manual-clock.js';
import { KeyRotationService } from './key-rotation.service.js';

const LONGEST_TOKEN_MS = 900_000;

describe('the list of keys', () => {
  const clock = new ManualClock();
  const serviceOver = async (keys: KeysOptions) => {
    const { ring } = await tokenParties({ keys, clock, longestTokenMs: LONGEST_TOKEN_MS });
    // Nothing is revoked here.
    return new KeyRotationService(ring, undefined as never);
  };

  it('tells of each key what it does, since when and until when, and nothing that signs or verifies', async () => {
    const service = await serviceOver({ algorithm: 'ES256', rotation: { prePublish: '6m' } });
    const began = clock.now();
    const [first] = service.list();
    expect(service.list()).toEqual([
      { kid: expect.any(String), algorithm: 'ES256', state: 'active', activeFrom: began },
    ]);

    clock.advance(3_600_000);
    const takesOver = clock.now() + 360_000;
    await service.rotate();
    const retiredFrom = service.list()[0]?.retiredFrom ?? 0;
    expect(retiredFrom).toBeGreaterThanOrEqual(takesOver + LONGEST_TOKEN_MS);
    const retires = { retiringFrom: takesOver, retiredFrom };
    expect(service.list()).toEqual([
      { ...first, ...retires },
      { kid: expect.any(String), algorithm: 'ES256', state: 'pending', activeFrom: takesOver },
    ]);

    clock.advance(360_000);
    expect(service.list().map(({ state }) => state)).toEqual(['retiring', 'active']);
    clock.advance(retiredFrom - clock.now());
    expect(service.list().map(({ state }) => state)).toEqual(['active']);
  });

  it('knows no instants of a key that was given', async () => {
    const service = await serviceOver({
      algorithm: 'HS256',
      secret: 'a secret of at least thirty-two letters',
    });
    expect(service.list()).toEqual([{ kid: expect.any(String), algorithm: 'HS256', state: 'active' }]);
    expect(JSON.stringify(service.list())).not.toContain('secret');
  });
});
