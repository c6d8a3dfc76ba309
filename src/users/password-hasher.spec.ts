import { PasswordHasher } from './password-hasher.js';

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();

  it('hashes with argon2id, 19 MiB, two passes, one lane', async () => {
    expect(await hasher.hash('pw')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('tells the right password from a wrong one', async () => {
    const passwordHash = await hasher.hash('pw');
    expect(await hasher.verify(passwordHash, 'pw')).toBe(true);
    expect(await hasher.verify(passwordHash, 'PW')).toBe(false);
  });

  it.each(['anything', 'nobody has this password', ''])(
    'never finds %j right for an unknown user',
    async (password) => {
      expect(await hasher.verify(undefined, password)).toBe(false);
    },
  );

  it('takes as long for an unknown user as for a known one', async () => {
    const passwordHash = await hasher.hash('pw');
    await hasher.verify(undefined, 'warm up');
    const known = await fastestMs(() => hasher.verify(passwordHash, 'wrong'));
    const unknown = await fastestMs(() => hasher.verify(undefined, 'wrong'));
    expect(unknown).toBeGreaterThan(known / 2);
    expect(unknown).toBeLessThan(known * 2);
  });
});

async function fastestMs(work: () => Promise<unknown>): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round += 1) {
    const start = performance.now();
    await work();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
