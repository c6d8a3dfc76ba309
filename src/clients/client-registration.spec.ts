import { type ClientRegistration, mistakesOf } from './client-registration.js';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const web: ClientRegistration = {
  id: 'web',
  name: 'Web',
  grants: ['authorization_code', 'refresh_token'],
  scope: ['articles:read'],
  redirectUris: ['https://web.example/cb'],
  roles: [],
  firstParty: false,
  exchangesTokensOf: [],
};

describe('mistakesOf', () => {
  it.each([
    'https://web.example/cb?a=b',
    'http://127.0.0.1/cb',
    'http://[::1]:4711/cb',
    'http://localhost:3000/cb',
    'com.example.app:/cb',
  ])('takes %s for a redirect URI', (uri) => {
    expect(mistakesOf({ ...web, redirectUris: [uri] }, false)).toEqual([]);
  });

  it.each([
    'http://web.example/cb',
    'http://127.0.0.1.example/cb',
    'https://web.example/cb#part',
    'https://web.example/#',
    'https:web.example/cb',
    'https:///web.example/cb',
    'https://web.example@evil.example/cb',
    'http:127.0.0.1/cb',
    'javascript:alert(1)',
    'data:text/html,x',
    'app:/cb',
    '/cb',
    '',
  ])('[9700-45] refuses %j for a redirect URI', (uri) => {
    expect(mistakesOf({ ...web, redirectUris: [uri] }, false)).toEqual([
      ['redirectUris', expect.stringContaining(`'${uri}'`)],
    ]);
  });

  it.each<[string, Partial<ClientRegistration>, string]>([
    ['a name that paths and headers twist', { id: 'a b' }, 'id'],
    ['a grant that is none', { grants: ['implicit'], redirectUris: [] }, 'grants'],
    ['a scope that is none', { scope: ['root'] }, 'scope'],
    ['codes that can go nowhere', { redirectUris: [] }, 'redirectUris'],
    ['a machine without a secret', { grants: ['client_credentials'] }, 'grants'],
    ['exchanges without a secret', { grants: [EXCHANGE], redirectUris: [] }, 'grants'],
    ['tokens to exchange, and no grant to do it', { exchangesTokensOf: ['app'] }, 'exchangesTokensOf'],
    ["passwords for other people's apps", { grants: ['password'] }, 'grants'],
  ])('finds %s', (_what, change, member) => {
    expect(mistakesOf({ ...web, ...change }, false)).toEqual([[member, expect.any(String)]]);
  });

  it('knows what a secret and the first party may', () => {
    expect(mistakesOf({ ...web, grants: ['client_credentials'] }, true)).toEqual([]);
    expect(mistakesOf({ ...web, grants: [EXCHANGE], exchangesTokensOf: ['app'] }, true)).toEqual([]);
    expect(mistakesOf({ ...web, grants: ['password'], firstParty: true }, false)).toEqual([]);
  });
});
