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

  it('does the same work for an unknown user as for a known one', async () => {
    const passwordHash = await hasher.hash('pw');
    await hasher.verify(undefined, 'warm up');
    const known = await cpuTimeOf(() => hasher.verify(passwordHash, 'wrong'));
    const unknown = await cpuTimeOf(() => hasher.verify(undefined, 'wrong'));
    expect(unknown).toBeGreaterThan(known / 2);
    expect(unknown).toBeLessThan(known * 2);
  });
});

/** Processor time in µs, which a busy machine doesn't change as it does the time on the wall. */
async function cpuTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < 10; round += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
