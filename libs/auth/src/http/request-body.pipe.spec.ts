import { AuthController } from './auth.controller.js';
import { LoginRequest } from './login-request.dto.js';
import { requestBody } from './request-body.pipe.js';

const pipe = requestBody(LoginRequest);
const read = (body: unknown): Promise<unknown> => pipe.transform(body, { type: 'body' });
const deep: unknown = JSON.parse('['.repeat(40_000) + ']'.repeat(40_000));

describe('requestBody', () => {
  it('makes a DTO of a right body and drops what it does not know', async () => {
    const body = { username: 'demo', password: 'pw', admin: true, nested: {} };
    const dto = await read(body);
    expect(dto).toBeInstanceOf(LoginRequest);
    expect(dto).toEqual({ username: 'demo', password: 'pw' });
  });

  it.each<[string, unknown]>([
    ['a deep list', deep],
    ['a deep member', { username: deep, password: 'pw' }],
    ['a deep optional member', { username: 'demo', password: 'pw', scope: deep }],
    ['a list around the right body', [{ username: 'demo', password: 'pw' }]],
    ['null', null],
    ['nothing', undefined],
    ['a text', 'demo'],
    ['a prototype', JSON.parse('{"__proto__":{"username":"demo","password":"pw"}}')],
  ])('refuses %s', async (_what, body) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('names the field and the rule, never the value', async () => {
    const refusal: unknown = await read({ username: 'demo', password: 4711 }).catch(
      (error: unknown) => error,
    );
    expect(String(refusal)).toContain('password must be a string');
    expect(String(refusal)).not.toContain('4711');
  });

  it("leaves nothing for a host's global pipe to validate", () => {
    expect(Reflect.getMetadata('design:paramtypes', AuthController.prototype, 'login')[0]).toBe(Object);
  });
});
