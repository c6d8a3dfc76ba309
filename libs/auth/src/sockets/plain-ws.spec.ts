import { EventEmitter } from 'node:events';
import { AuthError, storeUnavailable } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { protectPlainWs, type WsServer } from './plain-ws.js';
import type { Admission, SocketGate } from './socket-gate.js';

type VerifyClient = NonNullable<WsServer['options']['verifyClient']>;
type Answer = Parameters<Parameters<VerifyClient>[1]>;

const settings: ProblemDetailsSettings = { realm: 'chat', typeBase: 'https://errors.test/' };
const principal = { subject: 'u1' } as Principal;
const admission: Admission = { principal, recheck: () => principal };

/** A server as ws has it, before any network. */
function server(
  verifyClient?: VerifyClient,
  admit: () => Promise<Admission | undefined> = async () => admission,
) {
  const watched: unknown[] = [];
  const ws = Object.assign(new EventEmitter(), { options: { verifyClient } });
  const gate = { admit, watch: (who: unknown) => (watched.push(who), () => {}) } as unknown as SocketGate;
  protectPlainWs(ws, gate, settings);
  const verify = (req: object): Promise<Answer> =>
    new Promise((resolve) => {
      ws.options.verifyClient!({ req } as Parameters<VerifyClient>[0], (...answer) => resolve(answer));
    });
  return { ws, verify, watched };
}

describe('[10-5] a protected ws server', () => {
  it.each<[string, VerifyClient, Answer]>([
    ['answers', () => false, [false, 401]],
    ['calls back', (_handshake, answer) => answer(false, 403, 'not you'), [false, 403, 'not you']],
  ])('lets a verifyClient of the host refuse, which %s', async (_how, verifyClient, answer) => {
    const admit = jest.fn();
    expect(await server(verifyClient, admit).verify({})).toEqual(answer);
    expect(admit).not.toHaveBeenCalled();
  });

  it('asks for the token although a verifyClient of the host agrees', async () => {
    const refuse = async () => Promise.reject(new AuthError('unauthenticated'));
    expect((await server(() => true, refuse).verify({}))[1]).toBe(401);
    expect(await server(() => true).verify({})).toEqual([true]);
  });

  it.each([
    [
      'a bad token',
      new AuthError('invalid_token'),
      401,
      { 'WWW-Authenticate': expect.stringMatching(/^Bearer realm="chat", error="invalid_token"/) },
    ],
    ['a store that is down', storeUnavailable('x'), 503, { 'Retry-After': '1' }],
    ['a mistake of ours', new TypeError('secret detail'), 503, { 'Retry-After': '1' }],
    [
      'a foreign error with a code like ours',
      Object.assign(new Error('x'), { code: 'access_denied' }),
      503,
      {},
    ],
  ])('refuses %s with status, problem and headers', async (_what, error, status, headers) => {
    const [accepted, code, body, sent] = await server(undefined, async () => Promise.reject(error)).verify(
      {},
    );
    expect([accepted, code]).toEqual([false, status]);
    expect(JSON.parse(body!)).toMatchObject({
      status,
      type: expect.stringContaining('https://errors.test/'),
    });
    expect(body).not.toContain('secret detail');
    expect(sent).toMatchObject({ 'Cache-Control': 'no-store', ...headers });
  });

  it('closes a connection that came round the handshake, and watches one that came through it', async () => {
    const { ws, verify, watched } = server();
    const client = Object.assign(new EventEmitter(), { close: jest.fn() });
    ws.emit('connection', client, {});
    expect(client.close).toHaveBeenCalledWith(1008, 'unauthenticated');
    expect(watched).toEqual([]);
    const request = {};
    await verify(request);
    ws.emit('connection', client, request);
    expect(client).toHaveProperty('user', principal);
    expect(watched).toEqual([admission]);
  });
});
