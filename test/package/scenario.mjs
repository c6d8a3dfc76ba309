import assert from 'node:assert/strict';

/** Log in, use the token, refresh, use the successor, be refused where one must be refused. */
export async function scenario(url) {
  assert.equal((await fetch(`${url}/greetings/public`)).status, 200);
  const anonymous = await fetch(`${url}/greetings`);
  assert.equal(anonymous.status, 401);
  assert.match(anonymous.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.ok(anonymous.headers.get('www-authenticate'), 'a 401 carries WWW-Authenticate');

  const wrong = await post(url, '/auth/login', { username: 'demo', password: 'wrong' });
  assert.equal(wrong.status, 401);
  const login = await tokens(await post(url, '/auth/login', { username: 'demo', password: 'correct horse' }));
  await assertGreeted(url, login);
  const me = await get(url, '/auth/me', login);
  assert.equal(me.status, 200);
  assert.equal((await me.json()).sub, 'user-1');

  const successor = await tokens(await post(url, '/auth/refresh', { refresh_token: login.refresh_token }));
  assert.notEqual(successor.refresh_token, login.refresh_token);
  await assertGreeted(url, successor);

  const { keys } = await (await fetch(`${url}/.well-known/jwks.json`)).json();
  assert.equal(keys[0].kty, 'RSA');
  assert.equal(keys[0].d, undefined, 'no private key is published');
}

function post(url, path, body) {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function get(url, path, { access_token: token }) {
  return fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
}

async function tokens(response) {
  const body = await response.json();
  assert.ok(response.ok, `status ${response.status}: ${JSON.stringify(body)}`);
  assert.equal(body.token_type, 'Bearer');
  assert.equal(typeof body.expires_in, 'number');
  return body;
}

async function assertGreeted(url, pair) {
  const answer = await get(url, '/greetings', pair);
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), { greeting: 'hello, user' });
}
