import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { resolveRbacSettings } from './rbac.settings.js';

describe('resolveRbacSettings', () => {
  it('has an answer for no options at all', () => {
    const findings = new ConfigurationFindings();
    expect(resolveRbacSettings(undefined, findings)).toEqual({
      definition: { roles: {} },
      source: undefined,
      defaultPolicy: 'authenticated',
      audit: 'warn',
      maxColumns: 1024,
      guardedElsewhere: [],
    });
    expect(() => findings.throwIfAny()).not.toThrow();
  });

  it('freezes what it resolves', () => {
    expect(Object.isFrozen(resolveRbacSettings({}, new ConfigurationFindings()))).toBe(true);
  });

  it('collects every mistake under its path', () => {
    const findings = new ConfigurationFindings();
    resolveRbacSettings(
      {
        definition: { roles: {} },
        source: {} as never,
        defaultPolicy: 'allow' as never,
        audit: 'loud' as never,
        maxColumns: -1,
      },
      findings,
    );
    expect(() => findings.throwIfAny()).toThrow(
      expect.objectContaining({
        findings: ['source', 'source', 'defaultPolicy', 'audit', 'maxColumns'].map((option) =>
          expect.objectContaining({ option: `rbac.${option}` }),
        ),
      }),
    );
  });
});
