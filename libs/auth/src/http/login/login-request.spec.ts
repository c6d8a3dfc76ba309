import {
  type AuthenticationOptions,
  resolveAuthenticationSettings,
} from '../../authentication/authentication.settings.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { LoginRequestReader } from './login-request.js';

const readerOf = (login: AuthenticationOptions['login']) => {
  const findings = new ConfigurationFindings();
  const settings = resolveAuthenticationSettings({ login }, findings);
  findings.throwIfAny();
  return new LoginRequestReader(settings);
};
const reader = readerOf({});
const read = async (body: unknown, by = reader): Promise<unknown> => by.read({ headers: {}, body });

describe('LoginRequestReader', () => {
  it('reads a right body and drops what it does not know', async () => {
    const login = await read({
      username: 'demo',
      password: 'pw',
      scope: 'read',
      device_label: 'phone',
      admin: true,
    });
    expect(login).toEqual({
      username: 'demo',
      password: 'pw',
      scope: 'read',
      deviceLabel: 'phone',
      extra: {},
    });
  });

  it.each<[string, unknown]>([
    ['a list around the right body', [{ username: 'demo', password: 'pw' }]],
    ['null', null],
    ['nothing', undefined],
    ['a text', 'demo'],
    ['a prototype', JSON.parse('{"__proto__":{"username":"demo","password":"pw"}}')],
    ['a name that is too long', { username: 'x'.repeat(321), password: 'pw' }],
    ['a name of characters of two units that is too long', { username: '😀'.repeat(321), password: 'pw' }],
    ['no password', { username: 'demo', password: '' }],
  ])('refuses %s', async (_what, body) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('counts characters, however they are encoded', async () => {
    expect(await read({ username: '😀'.repeat(320), password: 'pw' })).toMatchObject({
      deviceLabel: undefined,
    });
  });

  it('names the field and the rule, never the value', async () => {
    const refusal: unknown = await read({ username: 'demo', password: 4711 }).catch(
      (error: unknown) => error,
    );
    expect(String(refusal)).toContain('password must be a string');
    expect(String(refusal)).not.toContain('4711');
  });

  const ours = readerOf({ usernameField: 'email', passwordField: 'pass', extraFields: ['totp', 'tenant'] });
  const right = { email: 'a@b.test', pass: 'pw' };

  it('[11-F] reads the names of the host, and of those it declared what was sent', async () => {
    const body = { ...right, totp: '123456', tenant: '', admin: 'true', username: 'x', password: 'y' };
    expect(await read(body, ours)).toEqual({
      username: 'a@b.test',
      password: 'pw',
      scope: undefined,
      clientId: undefined,
      deviceLabel: undefined,
      extra: { totp: '123456' },
    });
  });

  it.each<[string, object]>([
    ['email must be a string', { username: 'demo', pass: 'pw' }],
    ['email must be shorter', { ...right, email: 'x'.repeat(321) }],
    ['pass must be a string', { email: 'a@b.test', password: 'pw' }],
    ['pass must be shorter', { ...right, pass: 'x'.repeat(1025) }],
    ['totp must be a string', { ...right, totp: 123456 }],
    ['nested', { ...right, totp: ['123456'] }],
    ['tenant must be shorter', { ...right, tenant: 'x'.repeat(4097) }],
  ])('[11-F] names the member as the host does: %s', async (told, body) => {
    await expect(read(body, ours)).rejects.toMatchObject({
      code: 'invalid_request',
      reason: expect.stringContaining(told),
    });
  });
});
