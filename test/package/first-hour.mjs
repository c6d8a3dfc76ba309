// The first hour of a stranger with our pages and nothing else: an e-mail login, roles, OpenAPI, health, metrics, and two
// instances on one Redis. Each file of the app is a block of a page; where one has to be written anew, the page is at fault.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { bootApp, fetchWhenListening } from './stranger.mjs';

const PASSWORD = 'correct horse';

/** What the pages have the reader install. */
export function packagesOf({ integration, openapi, health, telemetry }, nest) {
  return [
    ...integration.installs('ioredis'),
    ...openapi.installLine(nest, '@nestjs/swagger'),
    ...health.installLine(nest, '@nestjs/terminus'),
    ...telemetry.installs('@opentelemetry/api'),
    ...telemetry.installs('@opentelemetry/sdk-metrics'),
  ];
}

/** Writes the files of the pages over those of the README, and changes the one line of the test that logs in. */
export async function writeGrownApp(app, { login, integration, openapi, health, telemetry }, spec) {
  const files = new Map([
    [login, ['src/login/users.ts', 'src/login/user-of.ts', 'src/login/email-authenticator.ts']],
    [integration, ['src/access.ts', 'src/posts/post-owner.ts', 'src/posts/posts.controller.ts']],
    [openapi, ['src/main.ts']],
    [health, ['src/health/health.module.ts']],
    [telemetry, ['telemetry.mjs']],
  ]);
  for (const [page, paths] of files) for (const path of paths) await app.write(path, page.file(path));
  await app.write('src/app.module.ts', integration.file('src/app.module.ts'));
  const grown = spec.replace("username: 'ada'", "email: 'bob@example.com'").replace('user-1', 'user-2');
  assert.notEqual(grown, spec);
  await app.write('src/app.spec.ts', grown);
}

/** Two instances in production, with metrics as the page about telemetry starts them. */
export async function bootTwice(app, redis) {
  // As `openssl rand -base64 32` makes it.
  const AUTH_SECRET = randomBytes(32).toString('base64');
  const environment = { NODE_ENV: 'production', AUTH_SECRET, REDIS_URL: redis.url };
  const command = '--import ./telemetry.mjs dist/main.js';
  const instances = await Promise.all([0, 1].map(() => bootApp(app, { command, environment })));
  for (const { url } of instances) await fetchWhenListening(`${url}/hello`);
  return instances;
}

/** What each page promises, in the order of the walk. */
export const promises = {
  'boots twice in production, and nothing is wrong with it': ([one, other]) => {
    // A busy machine may keep it from Redis for a moment while it boots.
    const isTold = (line) => /WARN|ERROR/.test(line) && !line.includes("Redis can't be used");
    for (const { said } of [one, other]) assert.deepEqual(said().split('\n').filter(isTold), []);
  },
  'logs in by e-mail, with a code where one is asked for': async ([{ url }]) => {
    const ada = { email: 'ada@example.com', password: PASSWORD };
    assert.equal((await post(url, '/auth/login', ada)).status, 403);
    const { user, access_token: token } = await logIn(url, 'ada@example.com', { totp: '492039' });
    assert.deepEqual(user, { id: 'user-1', name: 'Ada' });
    assert.deepEqual(await (await get(url, '/hello', token)).json(), { hello: 'user-1' });
    assert.equal((await post(url, '/auth/login', { ...ada, email: 'eve@example.com' })).status, 401);
  },
  'lets in by roles, and by what is the caller’s own': async ([{ url }]) => {
    const [ada, bob] = [
      await logIn(url, 'ada@example.com', { totp: '492039' }),
      await logIn(url, 'bob@example.com'),
    ].map(({ access_token: token }) => token);
    const statusOf = async (...call) => (await send(url, ...call)).status;
    assert.equal(await statusOf('GET', '/posts'), 200);
    assert.equal(await statusOf('POST', '/posts'), 401);
    assert.equal(await statusOf('POST', '/posts', ada), 403);
    assert.equal(await statusOf('POST', '/posts', bob), 201);
    assert.equal(await statusOf('DELETE', '/posts/1', bob), 200);
    assert.equal(await statusOf('DELETE', '/posts/2', bob), 403);
    assert.equal(await statusOf('POST', '/posts/purge', bob), 403);
  },
  'tells in its OpenAPI document who may call what': async ([{ url }]) => {
    assert.match(await (await fetch(`${url}/docs`)).text(), /swagger-ui/);
    const { paths, components } = await (await fetch(`${url}/docs-json`)).json();
    assert.equal(components.securitySchemes.bearer.scheme, 'bearer');
    assert.deepEqual(paths['/posts'].get.security, []);
    assert.deepEqual(paths['/posts'].post.security, [{ bearer: [] }]);
    assert.ok(paths['/posts'].post.responses['403'], 'the refusal is documented');
    assert.ok(paths['/auth/login'].post.requestBody.content['application/json'], 'our endpoints are, too');
  },
  'refuses at one instance what was ended at the other': async ([one, other]) => {
    const pair = await logIn(one.url, 'bob@example.com');
    assert.equal((await get(other.url, '/hello', pair.access_token)).status, 200);
    await post(one.url, '/auth/logout', { refresh_token: pair.refresh_token });
    assert.equal((await get(other.url, '/hello', pair.access_token)).status, 401);
    const again = await post(other.url, '/auth/refresh', { refresh_token: pair.refresh_token });
    assert.deepEqual([again.status, (await again.json()).code], [400, 'invalid_grant']);
  },
  'counts requests and failed logins at both instances together': async ([one, other]) => {
    const left = async ({ url }) =>
      Number(/r=(\d+)/.exec((await fetch(`${url}/posts`)).headers.get('ratelimit'))[1]);
    const seen = [await left(one), await left(other), await left(one), await left(other)];
    assert.deepEqual(
      seen,
      seen.map((_, at) => seen[0] - at),
    );
    const guess = async ({ url }) =>
      (await post(url, '/auth/login', { email: 'nobody@example.com', password: 'guess' })).status;
    const guesses = [one, other, one, other, one].map((instance) => () => guess(instance));
    for (const next of guesses) assert.equal(await next(), 401);
    assert.equal(await guess(other), 429);
  },
  'answers how it is': async ([{ url }]) => {
    const { status, info } = await (await fetch(`${url}/health/ready`)).json();
    assert.equal(status, 'ok');
    assert.equal(info.gatehouse.components.store, 'up');
  },
  'measures logins': async ([one]) => {
    const signal = AbortSignal.timeout(10_000);
    while (!one.said().includes('gatehouse.login.duration')) await once(one.child.stdout, 'data', { signal });
  },
};

async function logIn(url, email, more = {}) {
  const answer = await post(url, '/auth/login', { email, password: PASSWORD, ...more });
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body;
}

function post(url, path, body) {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function get(url, path, token) {
  return send(url, 'GET', path, token);
}

function send(url, method, path, token) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(url + path, { method, headers });
}
