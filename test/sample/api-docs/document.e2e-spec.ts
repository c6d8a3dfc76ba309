import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Browser } from 'playwright-core';
import { describeInChromium, skipReason, startChromium } from '../../support/browser/chromium.js';
import { SampleApp, scratchDirectory } from '../sample-app.js';
import { Api } from './api.js';
import { type Callers, goodCalls, machine, PASSWORD, seed } from './good-calls.js';

const bearer = (token: string) => `Bearer ${token}`;
const lets = (operation: Api['operations'][number]) =>
  operation.security!.some((way) => Object.keys(way).length === 0) || operation.security!.length === 0;

// Each scope of the sample lets reading through.
const UNPROVOKED = new Set(['ArticlesController_search insufficient_scope']);

describe('the API docs of the sample app', () => {
  let app: SampleApp;
  let limited: SampleApp;
  let api: Api;

  beforeAll(async () => {
    const SEED_FILE = join(scratchDirectory(), 'seed.json');
    writeFileSync(SEED_FILE, JSON.stringify(seed));
    const env = { SEED_FILE, AUTH_ALGORITHM: 'ES256', API_DOCS: 'on' };
    [app, limited] = await Promise.all([
      SampleApp.start(env),
      SampleApp.start({ ...env, PLATFORM: 'fastify', RATE_LIMIT: '1' }),
    ]);
    api = new Api((await app.call('/docs/openapi.json')).body as unknown as OpenAPIObject);
  });
  afterAll(() => Promise.all([app.stop(), limited.stop()]));

  const login = async (username: string) => {
    const { body } = await app.call('/auth/login', { json: { username, password: PASSWORD } });
    return body as Record<'access_token' | 'refresh_token', string>;
  };

  it('are valid by a public validator, and have no operation id twice', async () => {
    expect(await new Validator().validate(structuredClone(api.document) as never)).toEqual({ valid: true });
    const ids = api.operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are the same on Fastify, and no finding of the route audit', async () => {
    expect((await limited.call('/docs/openapi.json')).body).toEqual(api.document);
    expect(app.output() + limited.output()).not.toContain('route audit');
  });

  it('say of every route what a stranger is told', async () => {
    const wrong: string[] = [];
    for (const { operationId, ...operation } of api.operations) {
      expect(operation.security).toBeDefined();
      if (lets({ operationId, ...operation })) continue;
      const answer = await api.call(app.url, operationId);
      if (answer.status !== 401) wrong.push(`${operationId}: ${answer.status} to a stranger`);
      wrong.push(...api.differences(operationId, answer));
    }
    expect(wrong).toEqual([]);
  });

  it('say of every route that asks for a role, a permission or a scope how it refuses', async () => {
    const { access_token: token } = await login('admin');
    const { body: made } = await app.call('/me/api-keys', { token, json: { name: 'Key' } });
    const callers = async () => {
      const { body: ofMachine } = await app.machineToken(machine.id, machine.secret);
      return [
        bearer((await login('nobody')).access_token),
        bearer(String(ofMachine['access_token'])),
        `ApiKey ${String(made['key'])}`,
      ];
    };
    const strangers = await callers();
    const wrong: string[] = [];
    const isOurs = ({ operationId }: { operationId: string }) => operationId.startsWith('gatehouse_');
    // Ours last: they end sessions.
    const asking = api.operations
      .filter(({ responses }) => responses['403'] !== undefined)
      .toSorted((one, other) => Number(isOurs(one)) - Number(isOurs(other)));
    for (const { operationId } of asking) {
      // A device that was refused, which others test.
      if (operationId === 'gatehouse_token') continue;
      const told = api.find(operationId).responses['403']!.description;
      const codes = new Set<unknown>();
      for (const authorization of isOurs({ operationId }) ? await callers() : strangers) {
        const answer = await api.call(app.url, operationId, { authorization });
        if (answer.status !== 403) continue;
        codes.add((JSON.parse(answer.text) as { code: unknown }).code);
        wrong.push(...api.differences(operationId, answer));
      }
      for (const [, code] of told.matchAll(/`(\w+)`/g))
        if (!codes.has(code) && !UNPROVOKED.has(`${operationId} ${code}`))
          wrong.push(`${operationId}: nobody was refused with ${code}`);
    }
    expect(asking.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it('say of every route whether it has a limit, and how it refuses beyond it', async () => {
    await limited.call('/articles');
    const wrong: string[] = [];
    for (const { operationId, responses } of api.operations) {
      const answer = await api.call(limited.url, operationId);
      const isLimited = responses['200']?.headers?.['RateLimit'] ?? responses['401']?.headers?.['RateLimit'];
      const expected = isLimited !== undefined || responses['429'] !== undefined;
      if ((answer.status === 429) !== expected)
        wrong.push(`${operationId}: ${answer.status} beyond the limit`);
      if (expected) wrong.push(...api.differences(operationId, answer));
    }
    expect(wrong).toEqual([]);
  });

  it('say of every route what is answered where all is well', async () => {
    const admin = bearer((await login('admin')).access_token);
    const callers: Callers = {
      admin,
      newUser: async () => {
        const { access_token: accessToken, refresh_token: refreshToken } = await login('user');
        return { bearer: bearer(accessToken), accessToken, refreshToken };
      },
      ask: async (operationId, sent) =>
        JSON.parse((await api.call(app.url, operationId, sent)).text || '{}') as Record<string, string>,
    };
    const wrong: string[] = [];
    for (const [operationId, sentBy] of Object.entries(goodCalls)) {
      const answer = await api.call(app.url, operationId, await sentBy(callers));
      if (answer.status >= 400) wrong.push(`${operationId}: ${answer.status} ${answer.text}`);
      wrong.push(...api.differences(operationId, answer));
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(goodCalls).toSorted()).toEqual(
      api.operations.map(({ operationId }) => operationId).toSorted(),
    );
  });

  describeInChromium(`in a browser${skipReason}`, () => {
    let chromium: Browser;
    beforeAll(async () => {
      chromium = await startChromium();
    });
    afterAll(() => chromium.close());

    it.each(['express', 'fastify'])(
      'are rendered by swagger-ui without a complaint, each route once (%s)',
      async (platform) => {
        const page = await chromium.newPage();
        const complaints: string[] = [];
        // Its hints about forms of swagger-ui are no complaints.
        page.on('console', (message) => {
          if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(String(error)));
        const at = platform === 'express' ? app : limited;
        const answer = await page.goto(`${at.url}/docs`);
        expect(answer?.headers()).toMatchObject({
          'content-security-policy': expect.stringContaining("script-src 'self'"),
        });
        await page.locator('.opblock').first().waitFor();
        expect(await page.title()).toBe('API - Articles');
        expect(await page.locator('.opblock').count()).toBe(api.operations.length);
        const operation = page.locator('#operations-Authentication-gatehouse_login');
        await operation.locator('.opblock-summary-control').click();
        await operation.getByText('invalid_credentials').first().waitFor();
        // What anybody may call has no lock.
        expect(await operation.locator('.authorization__btn').count()).toBe(0);
        await page.locator('.auth-wrapper .authorize').click();
        await page.locator('.auth-container').first().waitFor();
        expect(await page.locator('.errors-wrapper').count()).toBe(0);
        expect(complaints).toEqual([]);
      },
    );
  });
});
