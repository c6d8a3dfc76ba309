import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GRANT, tokenParties } from '../../../../test/support/tokens/token-parties.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { planSecret } from '../secret/secret-plan.js';
import { readKey } from '../jose/key-material.js';
import { signingAlgorithms } from '../jose/signing-algorithm.js';
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

  it.each([
    ['HS256', []],
    ['HS384', ['--bytes', '48']],
    ['HS512', ['--bytes', '64']],
  ])('makes a secret that the library takes for %s', async (alg, args) => {
    const { out: secret } = await run(['secret', ...args]);
    const { ring } = await tokenParties({ keys: { secret, algorithm: alg as never } });
    ring.close();
  });

  it('makes a lasting secret that production takes, in a file of its own as well', async () => {
    const file = join(directory, 'secret');
    const { out: secret } = await run(['secret']);
    expect(await run(['secret', '--out', file])).toMatchObject({ code: 0, out: '' });
    const findings = new ConfigurationFindings();
    for (const each of [secret, readFileSync(file, 'utf8').trim()])
      planSecret({ secret: each }, { production: true, isNeeded: true }, findings);
    expect(() => findings.throwIfAny()).not.toThrow();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await run(['secret', '--out', file])).toMatchObject({ code: 2, out: '' });
  });

  it('makes a JWK and reads it again, with its name', async () => {
    const { out } = await run(['generate', '--alg', 'ES256', '--jwk']);
    const jwk = JSON.parse(out) as Record<string, unknown>;
    expect(readKey(jwk).asymmetricKeyType).toBe('ec');
    writeFileSync(join(directory, 'key.jwk'), out, { mode: 0o600 });
    const { out: set } = await run(['jwks', join(directory, 'key.jwk')]);
    expect(JSON.parse(set)).toMatchObject({ keys: [{ kid: jwk['kid'], alg: 'ES256' }] });
  });

  it('publishes a set of keys', async () => {
    const file = join(directory, 'keys.json');
    const { ring } = await tokenParties({ keys: { algorithm: 'ES256' } });
    writeFileSync(file, ring.jwks().body, { mode: 0o600 });
    expect(JSON.parse((await run(['jwks', file])).out)).toEqual({ keys: ring.jwks().keys });
    ring.close();
  });

  it('prints what a token says and says loudly that it did not verify it', async () => {
    const { ring, issuer } = await tokenParties({ keys: { algorithm: 'ES256' } });
    const {
      token,
      principal: { expiresAt },
    } = await issuer.issue(GRANT);
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
    [['generate', '--out', '/dev/null/key.pem'], "can't be written (EEXIST)"],
    [['generate', '--colour'], 'colour'],
    [['generate', '--alg', 'HS256'], 'gatehouse-keys secret'],
    [['secret', '--bytes', '16'], '--bytes: expected a whole number from 32'],
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

  it('reads a key as the app reads it, wrapped or with a byte order mark, and keeps its name', async () => {
    const file = join(directory, 'key.jwk');
    const jwk = JSON.parse((await run(['generate', '--alg', 'ES256', '--jwk'])).out) as object;
    const named = JSON.stringify({ ...jwk, kid: 'mine' });
    for (const text of [Buffer.from(named).toString('base64'), `\uFEFF${named}`]) {
      writeFileSync(file, text, { mode: 0o600 });
      const { out } = await run(['jwks', file]);
      expect(JSON.parse(out)).toMatchObject({ keys: [{ kid: 'mine', alg: 'ES256' }] });
    }
  });

  it.each([
    [{ use: 'enc' }, "the JWK's use is not sig"],
    [{ kid: 'with spaces' }, 'its kid is not'],
    [{ crv: 'nonsense' }, 'not a key that Node.js can read'],
  ])('publishes no key that could not sign, and names its file (%j)', async (odd, message) => {
    const file = join(directory, 'odd.jwk');
    const { out } = await run(['generate', '--alg', 'ES256', '--jwk']);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(out) as object), ...odd }), { mode: 0o600 });
    const { code, err } = await run(['jwks', file]);
    expect(code).toBe(2);
    expect(err).toContain(file);
    expect(err).toContain(message);
  });

  it('quotes nothing of a damaged key file', async () => {
    const file = join(directory, 'keys.json');
    writeFileSync(file, '{"keys":[{"d":"hunter2"', { mode: 0o600 });
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
