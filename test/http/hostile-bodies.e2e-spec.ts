import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { leastMs } from '../support/cost.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const LIMIT_BYTES = 1024 * 1024;
const times = (count: number, piece: (at: number) => string, separator: string): string =>
  Array.from({ length: count }, (_, at) => piece(at)).join(separator);
const deep = '['.repeat(20_000) + ']'.repeat(20_000);

/** What nobody reads; `good` is a body that the endpoint accepts, without its braces. */
const kinds: readonly (readonly [string, string, (good: string) => string])[] = [
  ['wide JSON', JSON_TYPE, (good) => `{${good}${times(70_000, (at) => `"k${at}":1`, ',')}}`],
  ['wide JSON of texts', JSON_TYPE, (good) => `{${good}${times(40_000, (at) => `"k${at}":"x"`, ',')}}`],
  ['JSON with a deep member', JSON_TYPE, (good) => `{${good}"other":${deep}}`],
  ['JSON with a nested member', JSON_TYPE, (good) => `{${good}"other":{"a":1}}`],
  ['JSON with a list for a text', JSON_TYPE, (good) => `{${good}"scope":["a"]}`],
  ['a JSON list', JSON_TYPE, (good) => `[{${good}"a":1}]`],
  ['a form that repeats a parameter', FORM_TYPE, (good) => `${good}scope=a&scope=b`],
  ['a form that repeats an unknown parameter', FORM_TYPE, (good) => `${good}other=a&other=b`],
  ['a form with brackets', FORM_TYPE, (good) => `${good}scope[]=a`],
  ['a form with a nested parameter', FORM_TYPE, (good) => `${good}other[a][b]=c`],
  ['a form with 900 parameters', FORM_TYPE, (good) => good + times(900, (at) => `k${at}=x`, '&')],
];
// Walking 70,000 members took a hundred times as long as reading them.
const MANY_TIMES = 20;
const LEAST_BOUND_MS = 300;
function parsingMs(type: string, body: string): number {
  const startedAt = performance.now();
  if (type === JSON_TYPE) JSON.parse(body);
  else new URLSearchParams(body).sort();
  return performance.now() - startedAt;
}

const endpoints = ['login', 'refresh', 'logout', 'logout-all', 'logout-others'] as const;

describe.each(platforms)('[10-11] bodies that nobody reads on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      options: { throttler: false },
      prepare: (app) => {
        if (platform === 'fastify') return;
        const express = app as NestExpressApplication;
        express.useBodyParser('json', { limit: LIMIT_BYTES });
        express.useBodyParser('urlencoded', { limit: LIMIT_BYTES, extended: true });
      },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  const membersFor = (endpoint: string, refreshToken: string): [string, string][] =>
    endpoint === 'login'
      ? [
          ['username', 'demo'],
          ['password', 'demo-password'],
        ]
      : [['refresh_token', refreshToken]];

  describe.each(kinds)('%s', (_name, type, bodyWith) => {
    it.each(endpoints)(
      'is a 400 at %s, in the time that parsing takes, and changes nothing',
      async (endpoint) => {
        const { access_token: token, refresh_token: refreshToken } = await client.login();
        const sessions = async () => (await client.get<unknown[]>('/auth/sessions', token)).body.length;
        const before = await sessions();
        const members = membersFor(endpoint, refreshToken);
        const good =
          type === JSON_TYPE
            ? members.map(([name, value]) => `"${name}":"${value}",`).join('')
            : members.map(([name, value]) => `${name}=${value}&`).join('');
        const body = bodyWith(good);
        const boundMs = Math.max(MANY_TIMES * parsingMs(type, body), LEAST_BOUND_MS);
        const refused = async (): Promise<void> => {
          const answer = await client.send('POST', `/auth/${endpoint}`, {
            headers: { 'content-type': type, authorization: `Bearer ${token}` },
            body,
          });
          expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
        };
        expect(await leastMs(refused, boundMs)).toBeLessThanOrEqual(boundMs);
        expect(await sessions()).toBe(before);
        expect((await client.refresh(refreshToken)).status).toBe(200);
      },
    );
  });

  it('unknown parameters are ignored, and empty ones are as good as none', async () => {
    const credentials = { username: 'demo', password: 'demo-password' };
    const json = await client.post('/auth/login', {
      ...credentials,
      scope: '',
      remember: true,
      at: 5,
      no: null,
    });
    expect(json.status).toBe(200);
    expect(json.body).not.toHaveProperty('scope');
    const body = new URLSearchParams({ ...credentials, scope: '', device_label: '', remember: 'on' });
    expect((await client.send('POST', '/auth/login', { body })).status).toBe(200);
  });
});
