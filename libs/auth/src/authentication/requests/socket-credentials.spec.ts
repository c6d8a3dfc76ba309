import { connectionTokenOf, handshakeTokenOf, upgradeTokenOf } from './socket-credentials.js';

const bearer = { authorization: 'Bearer in-header' };

/** The token, or the code of the refusal. */
function outcome(find: () => string | undefined): unknown {
  try {
    return find();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

describe('[10-5] the token of a socket', () => {
  it.each([
    [undefined, {}, undefined],
    [{ token: null }, {}, undefined],
    [{ token: '' }, {}, undefined],
    [{ token: 'in-auth' }, {}, 'in-auth'],
    [{ token: 'Bearer in-auth' }, {}, 'in-auth'],
    [undefined, bearer, 'in-header'],
    [{ token: 'in-auth' }, bearer, 'invalid_request'],
    [{ token: 5 }, {}, 'invalid_token'],
    [{ token: 'a b' }, {}, 'invalid_token'],
    [Object.create({ token: 'inherited' }) as object, {}, undefined],
  ])('of socket.io with auth %j and header %j is %s', (auth, headers, token) => {
    expect(outcome(() => handshakeTokenOf({ auth, headers }))).toBe(token);
  });

  it.each([
    [undefined, {}, undefined],
    ['chat', {}, undefined],
    ['bearer, in-protocol', {}, 'in-protocol'],
    ['chat, bearer, in-protocol', {}, 'in-protocol'],
    ['chat,bearer,in-protocol', {}, 'in-protocol'],
    ['bearer', bearer, 'invalid_request'],
    ['bearer, in-protocol', bearer, 'invalid_request'],
    ['chat', bearer, 'in-header'],
  ])('of ws with the sub-protocols %s and header %j is %s', (protocols, headers, token) => {
    const request = { headers: { ...headers, 'sec-websocket-protocol': protocols } };
    expect(outcome(() => upgradeTokenOf(request))).toBe(token);
  });

  it('of ws after a `bearer` with nothing behind it is no token that any issuer wrote', () => {
    expect(upgradeTokenOf({ headers: { 'sec-websocket-protocol': 'bearer' } })).toBe('-');
  });

  it.each([
    [undefined, {}, undefined],
    [{ token: 'in-params' }, {}, 'in-params'],
    [{ Authorization: 'Bearer in-params' }, {}, 'in-params'],
    [{ authorization: 'Bearer in-params' }, {}, 'in-params'],
    [{ authorization: 'Basic in-params' }, {}, undefined],
    [{ authorization: 'Basic in-params', token: 'one' }, {}, 'one'],
    [{ authorization: 'Basic' }, {}, 'Basic'],
    [{ authorization: 'Bearer a b' }, {}, 'invalid_token'],
    [{ token: 'one', Authorization: 'Bearer two' }, {}, 'invalid_request'],
    [{ token: 'one' }, bearer, 'invalid_request'],
    [{}, bearer, 'in-header'],
  ])('of graphql-ws with %j and header %j is %s', (parameters, headers, token) => {
    expect(outcome(() => connectionTokenOf(parameters, { headers }))).toBe(token);
  });
});
