import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GRANT, tokenParties } from '../../../../test/support/tokens/token-parties.js';
import { readKey } from '../keys/material/key-material.js';
import { signingAlgorithms } from '../keys/material/signing-algorithm.js';
import { runCommand } from './run-command.js';

describe('gatehouse-keys', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-command-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  async function run(args: string[], input = '') {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommand(args, {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      input: () => Promise.resolve(input),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  const asymmetric = Object.keys(signingAlgorithms).filter((name) => !name.startsWith('HS'));

  it.each(asymmetric)('makes a %s key that the library takes, and publishes its public half', async (alg) => {
    const file = join(directory, 'key.pem');
    expect(await run(['generate', '--alg', alg, '--out', file])).toMatchObject({ code: 0, out: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { ring, issuer, verifier } = await tokenParties({
      keys: { privateKeyFile: file, algorithm: alg as never },
    });
    await verifier.verify((await issuer.issue(GRANT)).token);

    const { code, out } = await run(['jwks', '--alg', alg, file]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ keys: ring.jwks().keys });
    expect(out).not.toMatch(/"d"/);
    ring.close();
  });

  it.each(['HS256', 'HS384', 'HS512'])('makes a %s secret that the library takes', async (alg) => {
    const { out: secret } = await run(['generate', '--alg', alg]);
    const { ring } = await tokenParties({ keys: { secret, algorithm: alg as never } });
    ring.close();
  });

  it('makes a JWK and reads it again, with its name', async () => {
    const { out } = await run(['generate', '--alg', 'ES256', '--jwk']);
    const jwk = JSON.parse(out) as Record<string, unknown>;
    expect(readKey(jwk).asymmetricKeyType).toBe('ec');
    writeFileSync(join(directory, 'key.jwk'), out, { mode: 0o600 });
    const { out: set } = await run(['jwks', join(directory, 'key.jwk')]);
    expect(JSON.parse(set)).toMatchObject({ keys: [{ kid: jwk['kid'], alg: 'ES256' }] });
  });

  it('makes a key-encryption key that the library takes', async () => {
    const { out } = await run(['generate', '--kek']);
    const { ring } = await tokenParties({
      keys: { shared: true, keyEncryptionKey: out, algorithm: 'ES256' },
    });
    ring.close();
  });

  it('publishes the keys the library generated', async () => {
    const file = join(directory, 'keys.json');
    const { ring } = await tokenParties({ keys: { file, algorithm: 'ES256' } });
    expect(JSON.parse((await run(['jwks', file])).out)).toEqual({ keys: ring.jwks().keys });
    ring.close();
  });

  it('prints what a token says and says loudly that it did not verify it', async () => {
    const { ring, issuer } = await tokenParties({ keys: { algorithm: 'ES256' } });
    const { token, expiresAt } = await issuer.issue(GRANT);
    for (const { code, out, err } of [
      await run(['claims'], `Bearer ${token}\n`),
      await run(['claims', token]),
    ]) {
      expect(code).toBe(0);
      expect(err).toContain('NOT VERIFIED');
      expect(JSON.parse(out)).toMatchObject({
        verified: false,
        header: { alg: 'ES256' },
        claims: { sub: 'alice' },
        instants: { exp: new Date(expiresAt).toISOString() },
      });
    }
    ring.close();
  });

  it('never overwrites a key', async () => {
    const file = join(directory, 'key.pem');
    await run(['generate', '--alg', 'ES256', '--out', file]);
    const before = readFileSync(file, 'utf8');
    expect(await run(['generate', '--alg', 'ES256', '--out', file])).toMatchObject({ code: 2, out: '' });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    [['nonsense'], 'gatehouse-keys generate'],
    [['generate', '--alg', 'none'], '--alg: expected one of RS256'],
    [['generate', '--bits', '1024'], '--bits: expected one of 2048'],
    [['generate', '--out', '/nowhere/key.pem'], "can't be written (ENOENT)"],
    [['generate', '--colour'], 'colour'],
    [['jwks'], 'name at least one file'],
    [['jwks', '/nowhere/key.pem'], "can't be read (ENOENT)"],
    [['claims', 'a', 'b'], 'one token at a time'],
    [['claims', 'no token'], 'three segments'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('prints no public half of a secret', async () => {
    const file = join(directory, 'secret.jwk');
    writeFileSync(file, JSON.stringify({ kty: 'oct', k: 'x'.repeat(64) }), { mode: 0o600 });
    expect(await run(['jwks', file])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no public half'),
    });
  });

  it('quotes nothing of a damaged key file', async () => {
    const file = join(directory, 'keys.json');
    writeFileSync(file, '{"keys":[{"privateJwk":{"d":"hunter2"', { mode: 0o600 });
    const { err } = await run(['jwks', file]);
    expect(err).toContain('is not JSON');
    expect(err).not.toContain('hunter2');
  });

  it('explains itself', async () => {
    expect(await run([])).toMatchObject({
      code: 0,
      out: expect.stringContaining('WITHOUT VERIFYING'),
      err: '',
    });
  });
});
