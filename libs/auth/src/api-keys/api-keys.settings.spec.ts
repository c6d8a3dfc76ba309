import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type ApiKeysOptions, resolveApiKeysSettings } from './api-keys.settings.js';
import { MemoryApiKeyStore } from './memory-api-key.store.js';

function resolve(given: unknown, production = false) {
  const findings = new ConfigurationFindings();
  const settings = resolveApiKeysSettings(given, findings, { production });
  findings.throwIfAny();
  return settings;
}

describe('resolveApiKeysSettings', () => {
  const defaults = {
    prefix: 'gh_test',
    header: undefined,
    defaultTtlMs: undefined,
    maxTtlMs: undefined,
    maxPerSubject: 100,
    maxKeysInMemory: 10_000,
    rolesOf: undefined,
    store: undefined,
  };

  it.each<[unknown, boolean]>([
    [undefined, false],
    [false, false],
    [true, true],
    [{}, true],
  ])('has defaults; with %j there are keys: %j', (given, isOn) => {
    expect(resolve(given)).toEqual({ isOn, ...defaults });
    expect(resolve(given, true).prefix).toBe('gh_live');
  });

  it('takes what is given', () => {
    const store = new MemoryApiKeyStore(new ManualClock(), { maxKeys: 1 });
    const rolesOf = () => [];
    const given = {
      prefix: 'acme_eu_live',
      header: 'X-Acme-Key',
      maxPerSubject: 5,
      maxKeysInMemory: 7,
      rolesOf,
      store,
    };
    expect(resolve({ ...given, defaultTtl: '30d', maxTtl: '90d' })).toEqual({
      isOn: true,
      ...given,
      header: 'x-acme-key',
      defaultTtlMs: 30 * 86_400_000,
      maxTtlMs: 90 * 86_400_000,
    });
    expect(resolve({ maxTtl: '1d' })).toMatchObject({ defaultTtlMs: 86_400_000, maxTtlMs: 86_400_000 });
  });

  it.each<[keyof ApiKeysOptions, unknown]>([
    ['prefix', ''],
    ['prefix', 'gh_'],
    ['prefix', '_gh'],
    ['prefix', 'gh__live'],
    ['prefix', 'gh-live'],
    ['prefix', 'a'.repeat(33)],
    ['header', 'authorization'],
    ['header', 'Cookie'],
    ['header', 'content-type'],
    ['header', 'x api key'],
    ['defaultTtl', 0],
    ['defaultTtl', Number.MAX_SAFE_INTEGER],
    ['maxTtl', '-1d'],
    ['maxTtl', Number.MAX_SAFE_INTEGER],
    ['maxTtl', '36526d'],
    ['maxPerSubject', 0],
    ['maxPerSubject', 1001],
    ['maxKeysInMemory', 0],
    ['rolesOf', ['admin']],
    ['store', { present: () => ({}) }],
  ])('finds the mistake in %s: %j', (option, value) => {
    expect(() => resolve({ [option]: value })).toThrow(`apiKeys.${option}`);
  });

  it('finds what contradicts itself, and what is no group', () => {
    expect(() => resolve({ defaultTtl: '2d', maxTtl: '1d' })).toThrow('apiKeys.defaultTtl');
    expect(() => resolve('yes')).toThrow('expected true, false or an object');
    expect(() => resolve({ prefx: 'acme' })).toThrow('did you mean');
  });
});
