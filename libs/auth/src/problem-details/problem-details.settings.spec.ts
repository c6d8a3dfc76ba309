import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { resolveProblemDetailsSettings } from './problem-details.settings.js';

const resolve = (options: unknown) => {
  const findings = new ConfigurationFindings();
  const settings = resolveProblemDetailsSettings(options, findings);
  return { settings, stop: () => findings.throwIfAny() };
};

describe('resolveProblemDetailsSettings', () => {
  it.each([undefined, {}, { realm: undefined, typeBase: undefined }])('has defaults for %j', (options) => {
    const { settings, stop } = resolve(options);
    expect(settings).toEqual({ realm: 'api', typeBase: 'urn:gatehouse:problem:' });
    expect(stop).not.toThrow();
  });

  it.each([
    ['realm', ''],
    ['realm', 5],
    ['realm', null],
    ['realm', 'a\r\nSet-Cookie: b'],
    ['realm', 'straße'],
    ['typeBase', ''],
    ['typeBase', 'problems/'],
    ['typeBase', 'https://x.test/a b'],
    ['typeBase', 5],
  ])('finds the mistake in %s: %j', (option, value) => {
    expect(resolve({ [option]: value }).stop).toThrow(`problemDetails.${option}`);
  });

  it.each(['https://x.test/problems/', 'https://x.test/problems#', 'tag:x.test,2026:'])(
    'takes %j',
    (typeBase) => {
      expect(resolve({ typeBase }).stop).not.toThrow();
      expect(resolve({ typeBase }).settings.typeBase).toBe(typeBase);
    },
  );
});
