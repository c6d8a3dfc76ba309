import { hash, verify } from '@node-rs/argon2';
import { PasswordHasher } from './password-hasher.js';

jest.mock('@node-rs/argon2', () => {
  const real = jest.requireActual<typeof import('@node-rs/argon2')>('@node-rs/argon2');
  return { hash: jest.fn(real.hash), verify: jest.fn(real.verify) };
});

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
    await hasher.verify(undefined, 'the hash that stands in is made once');
    const known = await workOf(() => hasher.verify(passwordHash, 'wrong'));
    const unknown = await workOf(() => hasher.verify(undefined, 'wrong'));
    expect(known).toEqual([['verify', '$argon2id$v=19$m=19456,t=2,p=1']]);
    expect(unknown).toEqual(known);
  });
});

/** What argon2 was asked for, and how expensively: with that the time is given. */
async function workOf(work: () => Promise<unknown>): Promise<unknown> {
  jest.mocked(hash).mockClear();
  jest.mocked(verify).mockClear();
  await work();
  return [
    ...jest.mocked(hash).mock.calls.map(([, options]) => ['hash', options]),
    ...jest.mocked(verify).mock.calls.map(([hashed]) => ['verify', String(hashed).split('$', 4).join('$')]),
  ];
}
