import { checkedLogin } from './checked-login.js';
import type { Login } from './token-pair.js';

const LOGIN: Login = {
  subject: 'ada',
  clientId: 'web',
  roles: ['reader'],
  authenticatedAt: Date.UTC(2026, 0, 1),
  device: { userAgent: 'curl', ip: undefined },
};

describe('checkedLogin', () => {
  it.each<[string, Partial<Login>]>([
    ['as it is', {}],
    ['with a scope', { scope: ['read', 'write'] }],
    ['without roles', { roles: [] }],
    ['with an empty device', { device: {} }],
    ['at the beginning of time', { authenticatedAt: 0 }],
    ['that says how it was done', { amr: ['pwd', 'otp'], acr: 'urn:example:silver' }],
    ['with data', { claims: { plan: 'gold', since: { year: 2026 } }, sessionData: { tenant: 'a' } }],
    ['with as much data as there may be', { claims: { a: 'x'.repeat(4088) } }],
  ])('takes a login %s', (_, over) => {
    expect(checkedLogin({ ...LOGIN, ...over }, 'f()')).toEqual({ ...LOGIN, ...over });
  });

  it('leaves out what a login has besides', () => {
    expect(checkedLogin({ ...LOGIN, salt: 'mine', id: 'x' } as Login, 'f()')).toEqual(LOGIN);
  });

  it.each<[keyof Login, unknown]>([
    ['subject', undefined],
    ['subject', ''],
    ['subject', 7],
    ['subject', 'client:web'],
    ['subject', 'ada\ud800'],
    ['clientId', undefined],
    ['clientId', ''],
    ['clientId', 'web\udc00'],
    ['roles', 'admin'],
    ['roles', new Set(['admin'])],
    ['roles', ['']],
    ['scope', 'read write'],
    ['scope', ['read write']],
    ['authenticatedAt', undefined],
    ['authenticatedAt', Number.NaN],
    ['authenticatedAt', -1],
    ['authenticatedAt', new Date()],
    ['accessTokenTtlMs', 0],
    ['accessTokenTtlMs', Number.NaN],
    ['accessTokenTtlMs', '60000'],
    ['resource', ''],
    ['resource', ['https://api.test']],
    ['device', undefined],
    ['device', 'curl'],
    ['device', { userAgent: ['curl'] }],
    ['amr', 'pwd'],
    ['amr', ['pwd', 1]],
    ['amr', ['x'.repeat(65)]],
    ['amr', Array.from({ length: 17 }, (_, at) => `m${at}`)],
    ['acr', 1],
    ['acr', ''],
    ['acr', 'x'.repeat(257)],
    ['answer', 'ada'],
    ['answer', [{ id: 1 }]],
    ['answer', { access_token: 'x' }],
    ['answer', { refresh_token: undefined, scope: '' }],
    ['answer', { id: 1n }],
    ['answer', { toJSON: () => 'ada' }],
    ['claims', 'tenant'],
    ['claims', ['tenant']],
    ['claims', { since: new Date(0) }],
    ['claims', { a: 'x'.repeat(4089) }],
    ['claims', { a: 'ö'.repeat(2048) }],
    ['sessionData', 7],
    ['sessionData', { tenant: { id: Number.NaN } }],
    ['sessionData', { tenant: 'x'.repeat(5000) }],
  ])('names %s when it is %j', (member, value) => {
    const login = { ...LOGIN, [member]: value } as Login;
    expect(() => checkedLogin(login, 'TokenService.login()')).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(new RegExp(`^TokenService\\.login\\(\\): \`${member}\``)),
      }),
    );
  });

  it('[11-D] copies data, so that nothing of the host changes a session later', () => {
    const claims = { groups: ['a'], gone: undefined };
    const checked = checkedLogin({ ...LOGIN, claims, sessionData: null as unknown as undefined }, 'f()');
    claims.groups.push('b');
    expect(checked).toEqual({ ...LOGIN, claims: { groups: ['a'] } });
    expect(Object.keys(checked)).not.toContain('sessionData');
    expect(Object.isFrozen(checked.claims?.['groups'])).toBe(true);
  });

  it('[11-F] writes an answer down as JSON would', () => {
    const born = new Date(0);
    const answer = { user: { id: 1, born, gone: undefined } };
    expect(checkedLogin({ ...LOGIN, answer }, 'f()').answer).toEqual({
      user: { id: 1, born: born.toISOString() },
    });
    expect(checkedLogin({ ...LOGIN, answer: undefined }, 'f()')).not.toHaveProperty('answer');
  });

  it('[11-D] says which part of the data is none', () => {
    expect(() => checkedLogin({ ...LOGIN, sessionData: { tenant: { since: new Date(0) } } }, 'f()')).toThrow(
      'f(): `sessionData`: "tenant.since" is a Date',
    );
  });

  it.each([undefined, null, 'ada', true, []])('takes %j for no login', (given) => {
    expect(() => checkedLogin(given as unknown as Login, 'TokenService.login()')).toThrow(TypeError);
  });
});
