import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { AuthorizationInteraction, type OAuthClient, TokenService } from 'nestjs-gatehouse';
import { runCommand } from '../../libs/auth/src/command/run-command.js';
import { createClientSecret } from '../../libs/auth/src/oauth2/clients/client-secret.js';
import { AUDIENCE, type RunningApp, startApp } from '../support/app/start-app.js';
import { assertion, signer, signerKeys } from '../support/oauth2/assertions.js';
import { codeBlocks } from './blocks/code-block.js';
import { curlLines, Shell } from './blocks/curl-lines.js';
import { PageCode } from './blocks/page-code.js';
import { runMain } from './blocks/run-main.js';
import { root } from './markdown.js';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => /^(?:docs\/|README)/.test(page));

const scripts = (path: string): string[] =>
  Object.keys(
    (JSON.parse(readFileSync(join(root, path), 'utf8')) as { scripts: Record<string, string> }).scripts,
  );

const home = process.cwd();
const away = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
beforeAll(() => process.chdir(away));
afterAll(() => {
  process.chdir(home);
  rmSync(away, { recursive: true });
});

describe('the commands of the pages', () => {
  const lines = pages.flatMap((page) =>
    codeBlocks(page, 'sh').flatMap(({ text }) => text.split('\n').map((line) => ({ page, line }))),
  );

  it('are scripts that there are', () => {
    const ours = scripts('package.json');
    // What Nest's starters have, in which a reader of the first pages works.
    const starters = ['build', 'start', 'start:dev', 'test'];
    const unknown = lines.flatMap(({ page, line }) =>
      [...line.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:]+)([^#&]*)/g)]
        .filter(([, name = '', rest = '']) => {
          if (rest.includes('--prefix bench')) return !scripts('bench/package.json').includes(name);
          return !(page.startsWith('docs/start/') ? starters : ours).includes(name);
        })
        .map(([command]) => `${page}: ${command}`),
    );
    expect(unknown).toEqual([]);
  });

  it('install packages that we test with', () => {
    const known = ['package.json', 'libs/auth/package.json'].map((path) =>
      readFileSync(join(root, path), 'utf8'),
    );
    const asked = lines.flatMap(
      ({ line }) => /^npm install ([^#]+)/.exec(line)?.[1]?.trim().split(/\s+/) ?? [],
    );
    const names = asked
      .filter((each) => !each.startsWith('-'))
      .map((each) => each.replace(/(?<=.)@\d+$/, ''));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !known.some((text) => text.includes(`"${name}"`)))).toEqual([]);
  });

  it('of gatehouse-keys do what they say', async () => {
    const given = lines.flatMap(({ line }) => {
      const [, args] = /npx gatehouse-keys ([^#)]+)/.exec(line) ?? [];
      return args === undefined ? [] : [args.trim().split(/\s+/)];
    });
    expect(given.length).toBeGreaterThan(4);
    const streams = { out: () => {}, err: () => {}, input: async () => assertion() };
    for (const args of given) expect([args, await runCommand(args, streams)]).toEqual([args, 0]);
  });

  it('and the JSON of the pages is JSON', () => {
    const wrong = pages
      .flatMap((page) => codeBlocks(page, 'json'))
      .filter(({ text }) => {
        try {
          JSON.parse(text);
          return false;
        } catch {
          return true;
        }
      });
    expect(wrong.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });
});

describe('the curl lines of the README', () => {
  const code = PageCode.of('README.md');
  let app: INestApplication;
  afterAll(async () => {
    await app.close();
    code.remove();
  });

  it('are answered by the app of the README', async () => {
    const running = await runMain(code);
    app = running.app;
    const shell = new Shell({ 'localhost:3000': running.url });
    expect(await shell.complaints(curlLines('README.md'))).toEqual([]);
    shell.close();
  });
});

class Interaction extends AuthorizationInteraction {
  begin(): string {
    return '/consent';
  }
}

/** The clients of the pages about OAuth, with secrets of their own. */
function clientsOfThePages(secretHashes: string[]): OAuthClient[] {
  const scope = ['articles:read'];
  return [
    { id: 'nightly-job', secretHashes, grants: ['client_credentials'], scope },
    { id: 'api-gateway', secretHashes, grants: [], scope: [], mayIntrospect: true },
    { ...signer },
    {
      id: 'gateway',
      secretHashes,
      grants: ['urn:ietf:params:oauth:grant-type:token-exchange'],
      scope,
      tokenExchange: { subjectTokensOf: ['web'], audience: ['https://backend.example.com'] },
    },
    {
      id: 'television',
      grants: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      scope,
    },
  ];
}

describe('the curl lines about OAuth', () => {
  const { secret, hash } = createClientSecret();
  let running: RunningApp;
  let shell: Shell;

  beforeAll(async () => {
    running = await startApp({
      options: {
        audience: [AUDIENCE, 'https://backend.example.com'],
        keys: { privateKey: signerKeys.ES256 },
      },
      extras: {
        oauth: {
          clients: clientsOfThePages([hash]),
          interaction: Interaction,
          registration: { scope: ['articles:read'] },
          tokenExchange: true,
          deviceAuthorization: { verificationUri: '/device' },
        },
      },
    });
    const user = { subject: 'user-1', clientId: 'web', roles: [], scope: ['articles:read'] };
    const { accessToken } = await running.app
      .get(TokenService)
      .login({ ...user, authenticatedAt: Date.now(), device: {} });
    shell = new Shell(
      { 'localhost:3000': running.url },
      { SECRET: secret, GATEWAY_SECRET: secret, TOKEN: accessToken, ASSERTION: assertion() },
    );
  });
  afterAll(async () => {
    shell.close();
    await running.close();
  });

  it.each(['docs/oauth2.md', 'docs/oauth2-grants.md'])('of %s', async (page) => {
    const lines = curlLines(page);
    expect(lines.length).toBeGreaterThan(2);
    expect(await shell.complaints(lines)).toEqual([]);
  });

  it('are all that the pages have besides those of the first hour', () => {
    const others = pages.filter((page) => !page.startsWith('docs/start/') && curlLines(page).length > 0);
    expect(others).toEqual(['README.md', 'docs/oauth2-grants.md', 'docs/oauth2.md']);
  });
});
