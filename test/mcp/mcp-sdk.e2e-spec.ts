import type { Type } from '@nestjs/common';
import { TokenBlacklistService } from 'nestjs-gatehouse';
import { PageCode } from '../docs/page-code.js';
import { until } from '../support/until.js';
import { OAuthCaller } from '../support/oauth2/oauth-caller.js';
import { platforms } from '../support/app/start-app.js';
import { type Agent, AgentMemory, DOCUMENT, libraries } from './agents.js';
import { consentAs, type McpStand, startMcpStand } from './mcp-stand.js';

const page = PageCode.of('docs/mcp.md', {});
afterAll(() => page.remove());

it('[13-mcp] the page about MCP shows code that compiles', () => {
  expect(page.complaints()).toEqual([]);
});

describe.each(platforms)('agents of the official MCP SDK on %s', (platform) => {
  let stand: McpStand;
  beforeAll(async () => {
    const { McpModule } = page.load<{ McpModule: Type }>('mcp/mcp.module.ts');
    stand = await startMcpStand(platform, McpModule);
  });
  afterAll(() => stand.close());

  describe.each(libraries)('$name', ({ start, told }) => {
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
    const letIn = async (user = 'editor') => {
      expect(await refusal(agent.connect())).toBe('its user is needed');
      await agent.finish(await consentAs(user, memory.sentTo?.href ?? ''));
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
      stand.pass(3_600_000);
      expect(await publish()).toEqual(published);
      expect(memory.tokens()?.access_token).not.toBe(before?.access_token);
      expect(memory.tokens()?.refresh_token).not.toBe(before?.refresh_token);
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
      await letIn();
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
  });
});
