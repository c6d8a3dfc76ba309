import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { type ProtectedResourceSettings, resolveProtectedResource } from './protected-resource.settings.js';

type Surroundings = Parameters<typeof resolveProtectedResource>[1];

const around: Surroundings = {
  issuer: 'https://auth.test',
  audience: ['https://api.test'],
  isIssuerForClients: true,
  servesClients: true,
  folder: '.well-known',
};

function resolved(given: unknown, changes: Partial<Surroundings> = {}) {
  const findings = new ConfigurationFindings();
  const settings = resolveProtectedResource(given, { ...around, ...changes }, findings);
  findings.throwIfAny();
  return settings as ProtectedResourceSettings;
}

describe('resolveProtectedResource', () => {
  it('[9728-30] needs nothing where one audience is a URL', () => {
    expect(resolved(true, { audience: ['articles', 'https://api.test'] })).toMatchObject({
      resource: 'https://api.test',
      authorizationServers: ['https://auth.test'],
    });
    for (const off of [undefined, false]) expect(resolved(off)).toBeUndefined();
  });

  it('[9728-30] names no issuer that has nothing for clients, unless it is told to', () => {
    const none = { isIssuerForClients: false, servesClients: false };
    expect(resolved(true, none).authorizationServers).toEqual([]);
    expect(resolved({ authorizationServers: ['https://a.test'] }, none).authorizationServers).toEqual([
      'https://a.test',
    ]);
    expect(resolved({ authorizationServers: [] }).authorizationServers).toEqual([]);
  });

  it.each([
    ['https://api.test', 'https://api.test/.well-known/oauth-protected-resource'],
    ['https://api.test/', 'https://api.test/.well-known/oauth-protected-resource'],
    ['https://api.test:8443/mcp', 'https://api.test:8443/.well-known/oauth-protected-resource/mcp'],
    ['https://api.test/a/b/', 'https://api.test/.well-known/oauth-protected-resource/a/b/'],
    ['http://localhost:3000/mcp', 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'],
  ])('[9728-30] the metadata of %s are at %s', (resource, metadataUrl) => {
    expect(resolved({ resource }, { audience: [resource] })).toMatchObject({ resource, metadataUrl });
  });

  it('[9728-30] tokens of another issuer may name the service in another way', () => {
    const foreign = { servesClients: false, audience: ['articles'] };
    expect(resolved({ resource: 'https://api.test' }, foreign).resource).toBe('https://api.test');
  });

  const wrong: readonly (readonly [string, unknown, Partial<Surroundings>?])[] = [
    ['protectedResource', 'yes'],
    ['protectedResource.resource', true, { audience: ['articles'] }],
    ['protectedResource.resource', true, { audience: ['https://a.test', 'https://b.test'] }],
    ['protectedResource.resource', { resource: 'https://other.test' }],
    ['protectedResource.resource', { resource: 'http://api.test' }],
    ['protectedResource.resource', { resource: 'https://api.test?a=b' }],
    ['protectedResource.resource', { resource: 'https://api.test#a' }],
    ['protectedResource.resource', { resource: 'https://me@api.test' }],
    ['protectedResource.resource', { resource: 'https://API.test' }],
    ['protectedResource.resource', { resource: 'https://api.test/a/../b' }],
    ['protectedResource.resource', { resource: 'https://api.test:443' }],
    ['protectedResource.resource', { resource: 'urn:api' }],
    ['protectedResource.resource', { resource: ['https://api.test'] }],
    ['protectedResource.authorizationServers', true, { issuer: 'our issuer' }],
    ['protectedResource.authorizationServers[0]', { authorizationServers: ['keycloak'] }],
    ['protectedResource.authorizationServers[1]', { authorizationServers: ['https://a.test', null] }],
    ['protectedResource.scopesSupported[0]', { scopesSupported: ['a b'] }],
    ['protectedResource.scopesSupported', { scopesSupported: 'a b' }],
    ['protectedResource.name', { name: '' }],
    ['protectedResource.documentation', { documentation: 'see the wiki' }],
    ['protectedResource.scopes', { scopes: ['a'] }],
  ];

  const cases = wrong.map(([option, given, changes]) => ({ option, given, changes }));

  it.each(cases)('a mistake in $option is a finding', ({ option, given, changes }) => {
    expect(() => resolved(given, changes)).toThrow(
      expect.objectContaining({ findings: [expect.objectContaining({ option })] }),
    );
  });
});
