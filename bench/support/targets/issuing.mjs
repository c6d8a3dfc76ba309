// What a login and a refresh cost: waits and scripts, and CPU time beside the signature that nobody can do without.
import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthModule, TokenService } from '../../../libs/auth/dist/index.js';
import { countCommands, tracingWaits } from '../access/counters.mjs';
import { baseOptions, loginOf } from '../access/gatehouse.mjs';
import { decorate } from '../decorate.mjs';
import { atLeast, atMost } from '../results.mjs';
import { median, race } from '../rounds.mjs';

const IN_FLIGHT = 64;
const TIMES = 10;
countCommands();

const keys = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};

export async function issuing({ redis, quick }) {
  const rs256 = await refreshing(redis, 'RS256', quick);
  const es256 = await refreshing(redis, 'ES256', quick);
  return [
    atMost('refresh over HTTP: waits for the store', rs256.refresh.waits, 2, { digits: 0 }),
    atLeast('refresh, of the floor that RS256 signatures set', rs256.ofFloor, 0.75),
    atLeast('refresh, of the floor that ES256 signatures set', es256.ofFloor, 0.2),
    atMost(`login over HTTP: scripts (${rs256.login.waits} waits in all)`, rs256.login.scripts, 3, {
      digits: 0,
    }),
  ];
}

async function refreshing(redis, algorithm, quick) {
  await redis.admin.flushall();
  const privateKey = keys[algorithm]().export({ type: 'pkcs8', format: 'pem' });
  const app = await start(redis.url, privateKey);
  const tokens = app.get(TokenService, { strict: false });
  const places = await Promise.all(
    Array.from(
      { length: IN_FLIGHT },
      async (_, at) => (await tokens.login(loginOf(`user-${at}`))).refreshToken,
    ),
  );
  const refresh = async (place) =>
    void (places[place] = (
      await tokens.refresh({ refreshToken: places[place], clientId: 'first-party' })
    ).refreshToken);
  const timing = quick ? { rounds: 3, ms: 200 } : { rounds: 7, ms: 500 };
  const [floor, ours] = await race(
    [
      { name: 'floor', work: signatures(privateKey) },
      { name: 'refresh', work: inTurn(refresh) },
    ],
    timing,
  );
  const costs = await costsOverHttp(app);
  await app.close();
  return { ofFloor: median(ours.rates) / median(floor.rates), ...costs };
}

/** One login and one refresh after another; of each what is typical. */
async function costsOverHttp(app) {
  const { trace, traced } = tracingWaits(app.getHttpServer());
  trace();
  const url = `${await app.getUrl()}/auth`;
  const costs = { login: [], refresh: [] };
  for (let times = 0; times < TIMES; times += 1) {
    const pair = await post(`${url}/login`, { username: `user-${times}`, password: 'word' });
    costs.login.push(...traced());
    await post(`${url}/refresh`, { refresh_token: pair.refresh_token });
    costs.refresh.push(...traced());
  }
  const typical = (all, what) => median(all.map((each) => each[what]));
  return {
    login: { scripts: typical(costs.login, 'scripts'), waits: typical(costs.login, 'waits') },
    refresh: { waits: typical(costs.refresh, 'waits') },
  };
}

async function start(url, privateKey) {
  class App {}
  const auth = AuthModule.forRoot({ ...baseOptions(privateKey), redis: { url, deadline: '5s' } });
  decorate(App, [Module({ imports: [auth] })]);
  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return app;
}

/** As many bytes as the header and claims of a token have. */
function signatures(pem) {
  const key = createPrivateKey(pem);
  const content = Buffer.alloc(400, 'x');
  return (n) => {
    for (let done = 0; done < n; done += 1) sign('sha256', content, { key, dsaEncoding: 'ieee-p1363' });
  };
}

/** `n` of them, many in flight; each place has one token, so it is used by one at a time. */
const inTurn = (act) => async (n) => {
  let left = n;
  const actor = async (_, place) => {
    while (left-- > 0) await act(place);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, actor));
};

async function post(url, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
