import { hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { GuardedFiles } from '../files/guarded-files.js';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { LastingSecret, type SecretPurpose } from './lasting-secret.js';
import { loadSecret } from './load-secret.js';
import { planSecret, type SecretPlan } from './secret-plan.js';

const SECRET = 'kX9v2LrTq7ZpWm4sNb8dYc3fHg6jEa1uQ5tR0oViBzC';
const OLDER = randomBytes(32).toString('base64');

function linesOf(findings: ConfigurationFindings): readonly string[] {
  try {
    findings.throwIfAny();
    return [];
  } catch (error) {
    return (error as AuthConfigurationError).findings.map(({ option, message }) => `${option}: ${message}`);
  }
}

function plan(options: object, { production = true, isNeeded = true } = {}) {
  const findings = new ConfigurationFindings();
  return { plan: planSecret(options, { production, isNeeded }, findings), found: linesOf(findings) };
}

function given(options: Parameters<typeof planSecret>[0]): LastingSecret {
  const { plan: planned } = plan(options);
  if (planned.kind !== 'given') throw new Error('expected a given secret');
  return planned.secret;
}

describe('LastingSecret', () => {
  const purposes: readonly SecretPurpose[] = [
    'refresh-token-mac',
    'managed-keys',
    'interaction-state',
    'cookie-integrity',
    'dpop-nonce',
  ];

  it('gives each purpose a key of its own, the same on every instance', () => {
    const keys = purposes.map((purpose) => given({ secret: SECRET }).keysFor(purpose)[0]?.toString('hex'));
    expect(new Set(keys).size).toBe(purposes.length);
    expect(keys).toEqual(
      purposes.map((purpose) =>
        Buffer.from(hkdfSync('sha256', SECRET, '', `gatehouse ${purpose}`, 32)).toString('hex'),
      ),
    );
  });

  it('keeps the order of its list', () => {
    const both = given({ secret: [SECRET, OLDER] }).keysFor('managed-keys');
    const [newest] = given({ secret: SECRET }).keysFor('managed-keys');
    const [older] = given({ secret: Buffer.from(OLDER) }).keysFor('managed-keys');
    expect(both).toEqual([newest, older]);
  });

  it('shows nothing of itself', () => {
    const secret = given({ secret: SECRET });
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true, depth: null }),
      inspect(Object.assign({}, secret)),
    ].join();
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(Buffer.from(SECRET).toString('hex').slice(0, 8));
    expect(shown).toContain('[secret]');
  });
});

describe('planSecret', () => {
  it.each([
    ['text', { secret: SECRET }],
    ['bytes', { secret: randomBytes(32) }],
    ['hex', { secret: randomBytes(32).toString('hex') }],
    ['base64', { secret: OLDER }],
    ['40 letters and digits', { secret: 'Zq7mX2vR9kLw4TgB8nHs3JfYc6PdAe5uWxR4tK1y' }],
    ['a list', { secret: [SECRET, randomBytes(40)] }],
    ['a file', { secretFile: '/run/secrets/gatehouse' }],
    ['files', { secretFile: ['/run/secrets/new', '/run/secrets/old'] }],
  ])('takes %s', (_, options) => {
    expect(plan(options).found).toEqual([]);
  });

  it.each([
    ['none', {}, /^secret: is required in production.*gatehouse-keys secret.*openssl rand -base64 32/],
    ['an empty one', { secret: '' }, /^secret: .*0 bits, at least 256/],
    ['a short one', { secret: SECRET.slice(0, 31) }, /^secret: .*248 bits/],
    ['128 bits in hex', { secret: randomBytes(16).toString('hex') }, /^secret: .*128 bits/],
    ['192 bits in hex', { secret: randomBytes(24).toString('hex') }, /^secret: .*192 bits/],
    ['a placeholder', { secret: 'changeme changeme changeme changeme!' }, /^secret: .*placeholder/],
    ['a weak second one', { secret: [SECRET, 'short'] }, /^secret\[1\]: .*40 bits/],
    ['an empty list', { secret: [] }, /^secret: the list is empty/],
    ['a number', { secret: 5 }, /^secret: expected text or a Buffer/],
    ['a number as path', { secretFile: 5 }, /^secretFile: expected the path/],
    ['an empty list of paths', { secretFile: [] }, /^secretFile: the list is empty/],
    ['a hole in a list of paths', { secretFile: ['/x', null] }, /^secretFile\[1\]: expected the path/],
    ['both', { secret: SECRET, secretFile: '/x' }, /^secretFile: give either/],
  ])('refuses %s in production, and quotes nothing', (_, options, message) => {
    const { found } = plan(options);
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found.join()).not.toContain(SECRET.slice(0, 8));
  });

  it('lets a laptop start with what is at hand, but not with a short or public one', () => {
    expect(plan({ secret: 'a test secret that is long enough for it' }, { production: false }).found).toEqual(
      [],
    );
    expect(plan({ secret: 'too short' }, { production: false }).found).toHaveLength(1);
    expect(plan({ secret: '-----BEGIN PUBLIC KEY-----\nMIIB' }, { production: false }).found).toHaveLength(1);
    expect(plan({}, { production: false })).toEqual({
      plan: { kind: 'kept', path: '.gatehouse/secret' },
      found: [],
    });
  });

  it('asks for none where nothing needs it', () => {
    expect(plan({}, { isNeeded: false })).toMatchObject({ plan: { kind: 'given' }, found: [] });
  });
});

describe('loadSecret', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-secret-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function load(planned: SecretPlan, production = false) {
    const findings = new ConfigurationFindings();
    const secret = await loadSecret(planned, production, new GuardedFiles(() => {}), findings);
    return { keys: secret?.keysFor('refresh-token-mac'), found: linesOf(findings) };
  }

  const filesOf = (paths: readonly string[]): SecretPlan => {
    const { plan: planned, found } = plan({ secretFile: paths });
    expect(found).toEqual([]);
    return planned;
  };

  it('makes the secret of a development machine once, whoever starts together', async () => {
    const planned = { kind: 'kept', path: join(folder, '.gatehouse', 'secret') } as const;
    const loaded = await Promise.all(Array.from({ length: 10 }, () => load(planned)));
    const again = await load(planned, true);
    expect(new Set([...loaded, again].map(({ keys }) => keys?.[0]?.toString('hex'))).size).toBe(1);
    expect(again.found).toEqual([]);
    expect(statSync(planned.path).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, '.gatehouse', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('says so when it cannot be kept', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { keys, found } = await load({ kind: 'kept', path: join(folder, 'file', 'secret') });
    expect(keys).toBeUndefined();
    expect(found).toEqual([expect.stringMatching(/^secret: none is given, and one can't be kept in .*\(E/)]);
  });

  it('reads mounted files as the options would be read, line break or not', async () => {
    const paths = [join(folder, 'new'), join(folder, 'old')];
    writeFileSync(paths[0]!, `${SECRET}\n`, { mode: 0o444 });
    writeFileSync(paths[1]!, OLDER, { mode: 0o600 });
    const { keys, found } = await load(filesOf(paths), true);
    expect(found).toEqual([]);
    expect(keys).toEqual(given({ secret: [SECRET, OLDER] }).keysFor('refresh-token-mac'));
  });

  it('names every mistake in the files at once', async () => {
    const [open, weak, empty] = ['open', 'weak', 'empty'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(open, SECRET);
    chmodSync(open, 0o666);
    writeFileSync(weak, 'hunter2');
    writeFileSync(empty, '\n');
    mkdirSync(join(folder, 'folder'));
    const paths = [open, weak, empty, join(folder, 'folder'), join(folder, 'none')];
    const { keys, found } = await load(filesOf(paths));
    expect(keys).toBeUndefined();
    expect(found.map((line) => line.slice(0, 14)).sort()).toEqual([
      'secretFile[0]:',
      'secretFile[1]:',
      'secretFile[2]:',
      'secretFile[3]:',
      'secretFile[4]:',
    ]);
    expect(found.join('\n')).toMatch(/chmod 600[^]*56 bits|56 bits[^]*chmod 600/);
    expect(found.join('\n')).toMatch(/empty is empty/);
    expect(found.join('\n')).not.toContain('hunter2');
  });
});
