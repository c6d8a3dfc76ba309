import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { markdown } from '../docs/markdown.js';
import { OAuthCaller } from '../support/oauth2/oauth-caller.js';
import { platforms } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import { type Agent, AgentMemory, DOCUMENT, libraries } from './agents.js';
import { consentAs, type McpStand, startMcpStand } from './mcp-stand.js';

it('[13-mcp] the page about MCP shows the server that is tried here', () => {
  const files = readdirSync(join(__dirname, 'server'));
  const shown = files.map(
    (file) => `// src/mcp/${file}\n${readFileSync(join(__dirname, 'server', file), 'utf8')}`,
  );
  expect(shown.filter((text) => !markdown('docs/mcp.md').includes(`\n\`\`\`ts\n${text}\`\`\`\n`))).toEqual(
    [],
  );
  expect(markdown('docs/mcp.md').match(/^\/\/ src\/mcp\//gm)).toHaveLength(files.length);
});

describe.each(platforms)('agents of the official MCP SDK on %s', (platform) => {
  let stand: McpStand;
  beforeAll(async () => {
    // The second line of the SDK says so each time its tokens are refused.
    jest.spyOn(console, 'warn').mockReturnValue(undefined);
    stand = await startMcpStand(platform);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await stand.close();
  });

  describe.each(libraries)('$name', ({ start, told, asksForMore, makeKey }) => {
    let memory: AgentMemory;
    let agent: Agent;
    /** What it asked for, and was answered. */
    let walk: string[];

    const refusal = (attempt: Promise<unknown>) =>
      attempt.then(() => Promise.reject(new Error('it is not refused')), told);
    const meet = (introduction: 'registration' | 'document') => {
      memory = new AgentMemory(introduction);
      walk = [];
      agent = start(stand.address, memory, async (input, init) => {
        const answer = await fetch(input, init);
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        walk.push(`${init?.method ?? 'GET'} ${pathname} ${answer.status}`);
        return answer;
      });
    };
    const consent = async (user = 'editor') => agent.finish(await consentAs(user, memory.sentTo?.href ?? ''));
    const letIn = async (user?: string) => {
      expect(await refusal(agent.connect())).toBe('its user is needed');
      await consent(user);
      await agent.connect();
      // It asks for a stream behind the back of its caller.
      await until('it was told that there is none', () => walk.includes('GET /mcp 405'));
      walk.length = 0;
    };
    const publish = () => agent.call('publish', { title: 'On keys' });
    const published = [{ type: 'text', text: 'On keys, by editor' }];

    afterEach(() => agent.close());

    it('[13-mcp] finds its way from the address of the server to a call of a tool', async () => {
      meet('registration');
      expect(await refusal(agent.connect())).toBe('its user is needed');
      expect(walk).toEqual([
        'POST /mcp 401',
        'GET /.well-known/oauth-protected-resource/mcp 200',
        'GET /.well-known/oauth-authorization-server 200',
        'POST /oauth/register 201',
      ]);
      await letIn();
      expect(await agent.tools()).toEqual(['list', 'publish']);
      expect(await publish()).toEqual(published);
      expect(Object.fromEntries(memory.sentTo?.searchParams ?? [])).toMatchObject({
        resource: stand.address,
        scope: 'articles:read',
        code_challenge_method: 'S256',
      });
      expect(memory.tokens()).toMatchObject({ token_type: 'Bearer', scope: 'articles:read' });
    });

    it('[13-mcp] is the client of a document', async () => {
      meet('document');
      await letIn();
      expect(memory.sentTo?.searchParams.get('client_id')).toBe(DOCUMENT);
      expect(await publish()).toEqual(published);
    });

    it('[13-mcp] refreshes when its access token has expired', async () => {
      meet('registration');
      await letIn();
      const before = memory.tokens();
      stand.clock.aheadMs = 3_600_000;
      expect(await publish()).toEqual(published);
      stand.clock.aheadMs = 0;
      expect(memory.tokens()?.access_token).not.toBe(before?.access_token);
      expect(memory.tokens()?.refresh_token).not.toBe(before?.refresh_token);
    });

    if (makeKey !== undefined)
      it('[13-mcp] [9449-40] has tokens that are good with its key only', async () => {
        const key = await makeKey();
        meet('document');
        memory.dpop = () => key;
        await letIn();
        expect(memory.tokens()).toMatchObject({ token_type: 'DPoP' });
        expect(await publish()).toEqual(published);
        delete memory.dpop;
        expect(await refusal(publish())).toBe('its user is needed');
      });

    it('[13-mcp] needs its user once more after it gave its tokens back', async () => {
      meet('document');
      await letIn();
      const token = memory.tokens()?.refresh_token ?? '';
      const { status } = await new OAuthCaller(stand.url).form('/oauth/revoke', {
        token,
        client_id: DOCUMENT,
      });
      expect([status, await refusal(publish())]).toEqual([200, 'its user is needed']);
      expect(walk[0]).toBe('POST /mcp 401');
      await consent();
      expect(await publish()).toEqual(published);
    });

    it.each([
      ['its user', (blacklist: TokenBlacklistService) => blacklist.revokeSubject('editor')],
      ['all clients of the document', (blacklist: TokenBlacklistService) => blacklist.revokeClient(DOCUMENT)],
    ])('[13-mcp] is refused with its next call after an operator ended %s', async (_, revoke) => {
      meet('document');
      await letIn();
      await revoke(stand.app.get(TokenBlacklistService));
      expect(await refusal(publish())).toBe('its user is needed');
      expect(walk[0]).toBe('POST /mcp 401');
    });

    it('[13-mcp] is shown what its user may use, and refused the rest', async () => {
      meet('registration');
      await letIn('reader');
      expect(await agent.tools()).toEqual(['list']);
      expect(await agent.call('list')).toContainEqual({ type: 'text', text: 'On doors' });
      expect(await refusal(publish())).toBe(403);
      expect(walk.at(-1)).toBe('POST /mcp 403');
    });

    it('[13-mcp] is told the scope that a tool needs', async () => {
      meet('document');
      await letIn();
      const withdraw = () => agent.call('withdraw', { title: 'On keys' });
      const answer = await refusal(withdraw());
      // The first line refreshes, which can't widen the scope, and gives up; the second one asks its user.
      expect(answer).toBe(asksForMore ? 'its user is needed' : 403);
      if (!asksForMore) return;
      expect(memory.sentTo?.searchParams.get('scope')).toBe('articles:read articles:write');
      await consent();
      expect(await withdraw()).toEqual([]);
      expect(await agent.tools()).toEqual(['list', 'publish', 'withdraw']);
    });
  });

  describe('called without any library', () => {
    const call = (name: string) => ({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: { title: 'On keys' } },
    });
    const post = async (role: string, scope: readonly string[], body: unknown) => {
      const { accessToken } = await stand.app.get(TokenService).login({
        subject: role,
        clientId: DOCUMENT,
        roles: [role],
        scope,
        authenticatedAt: Date.now(),
        device: {},
      });
      return new OAuthCaller(stand.url).send('POST', '/mcp', {
        headers: {
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${accessToken}`,
        },
        body: JSON.stringify(body),
      });
    };

    it.each(['publish', 'withdraw'])('[13-mcp] refuses %s to a role as a route does', async (tool) => {
      const { status, headers, body } = await post('reader', ['articles:read'], call(tool));
      expect([status, headers.get('content-type'), headers.get('www-authenticate')]).toEqual([
        403,
        expect.stringMatching(/^application\/problem\+json\b/),
        null,
      ]);
      expect(body).toMatchObject({ code: 'access_denied', instance: '/mcp' });
    });

    it('[13-mcp] names the scope and the metadata in the challenge', async () => {
      const { status, headers } = await post('editor', ['articles:read'], call('withdraw'));
      expect(status).toBe(403);
      expect(headers.get('www-authenticate')).toBe(
        'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope", ' +
          `scope="articles:write", resource_metadata="${stand.url}/.well-known/oauth-protected-resource/mcp"`,
      );
    });

    it('[13-mcp] looks at each call of a batch', async () => {
      const { status } = await post('reader', ['articles:read'], [call('list'), call('publish')]);
      expect(status).toBe(403);
    });

    it.each(['constructor', 'titles', '__proto__', 'toString', 'nothing'])(
      '[13-mcp] knows no tool %s',
      async (name) => {
        const { status, text } = await post('editor', ['articles:read'], call(name));
        expect([status, text]).toEqual([
          200,
          expect.stringMatching(/MCP error -32602: Tool \w+ (not found|disabled)/),
        ]);
      },
    );
  });
});
