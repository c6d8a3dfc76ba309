import { type INestApplication, type VersioningOptions, VersioningType } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { AuthModule } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, startApp } from '../support/app/start-app.js';
import { opinions } from './opinions.js';

const JWKS = '/.well-known/jwks.json';

const versions: Record<string, VersioningOptions | undefined> = {
  'no versions': undefined,
  'versions in the URI': { type: VersioningType.URI },
  'versions in the URI with a default': { type: VersioningType.URI, defaultVersion: '1' },
  'versions in a header with a default': {
    type: VersioningType.HEADER,
    header: 'x-version',
    defaultVersion: '1',
  },
  'versions in the media type with a default': {
    type: VersioningType.MEDIA_TYPE,
    key: 'v=',
    defaultVersion: '2',
  },
  'versions of its own with a default': {
    type: VersioningType.CUSTOM,
    extractor: () => '3',
    defaultVersion: '3',
  },
};

const table = platforms.flatMap((platform) =>
  Object.keys(versions).flatMap((version) =>
    ['', 'api'].flatMap((prefix) => ['', 'inner'].map((folder) => ({ platform, version, prefix, folder }))),
  ),
);

function arrange(app: INestApplication, prefix: string, versioning: VersioningOptions | undefined): void {
  if (prefix !== '') app.setGlobalPrefix(prefix);
  if (versioning !== undefined) app.enableVersioning(versioning);
}

describe.each(table)(
  '[10-17] on $platform with $version, prefix "$prefix" and module path "$folder"',
  ({ platform, version, prefix, folder }) => {
    const routed = folder === '' ? [] : [RouterModule.register([{ path: folder, module: AuthModule }])];

    it('the keys stay at the root, and login follows prefix and module path but no version', async () => {
      const running = await startApp({
        platform,
        imports: [...routed, opinions],
        options: { authentication: { refreshCookie: true } },
        prepare: (app) => arrange(app, prefix, versions[version]),
      });
      const client = new Client(running.url);
      const base = [prefix, folder].map((part) => (part === '' ? '' : `/${part}`)).join('');
      const keys = await client.get(JWKS);
      const login = await client.post(`${base}/auth/login`, { username: 'demo', password: 'demo-password' });
      await running.close();
      expect([keys.status, keys.body]).toEqual([200, { keys: [] }]);
      expect(login.status).toBe(200);
      expect(login.headers.get('set-cookie')).toContain(`Path=${base}/auth;`);
    });
  },
);
