// The first hour of a stranger with our pages and nothing else: an e-mail login, roles, tests, OpenAPI, two instances on one
// Redis, and then health and metrics. Each file of the app is a block of a page; where one has to be written anew, the page is
// at fault.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootApp, fetchWhenListening } from './stranger.mjs';

const PASSWORD = 'correct horse';

/** What the pages have the reader install. */
export function packagesOf({ steps, health, telemetry }, nest) {
  const [login, , , swagger, twoInstances] = steps;
  return [
    ...login.installLine(nest),
    ...swagger.installLine(nest, '@nestjs/swagger'),
    ...twoInstances.installs('ioredis'),
    ...health.installLine(nest, '@nestjs/terminus'),
    ...telemetry.installs('@opentelemetry/api'),
    ...telemetry.installs('@opentelemetry/sdk-metrics'),
  ];
}

/** Writes the files of the pages, each step over those before, and imports the two modules of the further pages. */
export async function writeGrownApp(app, { steps, health, telemetry }, isEsm) {
  await rm(join(app.folder, 'src'), { recursive: true });
  const files = new Map(steps.flatMap((page) => [...page.files]));
  files.set('src/health/health.module.ts', health.files.get('src/health/health.module.ts'));
  files.set('telemetry.mjs', telemetry.files.get('telemetry.mjs'));
  files.set('src/app.module.ts', withFurtherModules(files.get('src/app.module.ts')));
  // As the first page says, relative imports of a CommonJS app have no ending.
  for (const [path, text] of files)
    await app.write(path, isEsm ? text : text.replaceAll(/(from '\.{1,2}\/[^']+)\.js'/g, "$1'"));
}

function withFurtherModules(module) {
  const imports = [
    "import { AuthTelemetryModule } from 'nestjs-gatehouse/otel';",
    "import { HealthModule } from './health/health.module.js';\n",
  ];
  const grown = module.replace(
    '    ArticlesModule,\n',
    '    ArticlesModule,\n    AuthTelemetryModule,\n    HealthModule,\n',
  );
  assert.notEqual(grown, module);
  return imports.join('\n') + grown;
}

/** Two instances in production, with metrics as the page about telemetry starts them. */
export async function bootTwice(app, redis) {
  const secret = await app.run('gatehouse-keys', 'secret');
  const environment = { NODE_ENV: 'production', AUTH_SECRET: secret.trim(), REDIS_URL: redis.url };
  const command = '--import ./telemetry.mjs dist/main.js';
  const begun = await Promise.allSettled([0, 1].map(() => bootApp(app, { command, environment })));
  const instances = begun.flatMap(({ value }) => value ?? []);
  const failed = begun.find(({ status }) => status === 'rejected');
  // One alone would keep the proof from ending.
  if (failed !== undefined) await Promise.all(instances.map((each) => app.shutDown(each)));
  if (failed !== undefined) throw failed.reason;
  for (const { url } of instances) await fetchWhenListening(`${url}/auth/me`);
  return instances;
}

/** What each page promises, in the order of the walk. */
export const promises = {
  'boots twice in production, and nothing is wrong with it': ([one, other]) => {
    // A busy machine may keep it from Redis for a moment while it boots.
    const isTold = (line) => /WARN|ERROR/.test(line) && !line.includes("Redis can't be used");
    for (const { said } of [one, other]) assert.deepEqual(said().split('\n').filter(isTold), []);
  },
  'logs in by e-mail': async ([{ url }]) => {
    const { access_token: token } = await logIn(url, 'ada@example.com');
    assert.equal((await (await get(url, '/auth/me', token)).json()).sub, 'user-1');
    const wrong = { email: 'ada@example.com', password: 'wrong' };
    assert.equal((await post(url, '/auth/login', wrong)).status, 401);
  },
  'lets in by roles, and by what is the caller’s own': async ([{ url }]) => {
    const [ada, bob] = [await logIn(url, 'ada@example.com'), await logIn(url, 'bob@example.com')].map(
      ({ access_token: token }) => token,
    );
    const statusOf = async (...call) => (await send(url, ...call)).status;
    assert.equal(await statusOf('GET', '/articles/count'), 200);
    assert.equal(await statusOf('GET', '/articles'), 401);
    assert.equal(await statusOf('GET', '/articles', bob), 200);
    assert.equal(await statusOf('POST', '/articles', bob), 403);
    assert.equal(await statusOf('POST', '/articles', ada), 201);
    assert.equal(await statusOf('PATCH', '/articles/2', ada), 200);
    assert.equal(await statusOf('PATCH', '/articles/1', ada), 403);
    assert.equal(await statusOf('GET', '/articles/drafts', ada), 403);
  },
  'tells in its OpenAPI document who may call what': async ([{ url }]) => {
    assert.match(await (await fetch(`${url}/docs`)).text(), /swagger-ui/);
    const { paths, components } = await (await fetch(`${url}/docs-json`)).json();
    assert.equal(components.securitySchemes.bearer.scheme, 'bearer');
    assert.deepEqual(paths['/articles/count'].get.security, []);
    assert.deepEqual(paths['/articles'].post.security, [{ bearer: [] }]);
    assert.ok(paths['/articles'].post.responses['403'], 'the refusal is documented');
    assert.ok(paths['/auth/login'].post.requestBody.content['application/json'], 'our endpoints are, too');
  },
  'refuses at one instance what was ended at the other': async ([one, other]) => {
    const pair = await logIn(one.url, 'bob@example.com');
    assert.equal((await get(other.url, '/auth/me', pair.access_token)).status, 200);
    await post(one.url, '/auth/logout', { refresh_token: pair.refresh_token });
    assert.equal((await get(other.url, '/auth/me', pair.access_token)).status, 401);
    const again = await post(other.url, '/auth/refresh', { refresh_token: pair.refresh_token });
    assert.deepEqual([again.status, (await again.json()).code], [400, 'invalid_grant']);
  },
  'counts requests and failed logins at both instances together': async ([one, other]) => {
    const left = async ({ url }) =>
      Number(/r=(\d+)/.exec((await fetch(`${url}/articles/count`)).headers.get('ratelimit'))[1]);
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

async function logIn(url, email) {
  const answer = await post(url, '/auth/login', { email, password: PASSWORD });
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
