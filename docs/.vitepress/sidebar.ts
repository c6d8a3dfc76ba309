/** A group of pages, by their paths below `docs` without `.md`; a page is called as its heading is, or as it says here. */
interface Group {
  readonly text: string;
  readonly pages: readonly (string | readonly [path: string, text: string])[];
}

interface Part {
  readonly text: string;
  readonly isCollapsed?: true;
  readonly groups: readonly Group[];
}

/** Every page, in the order in which somebody reads them; a test asks that none is missing. */
export const parts: readonly Part[] = [
  {
    text: 'Start',
    groups: [
      {
        text: 'Your first hour',
        pages: ['start/first-login', 'start/roles', 'start/tests', 'start/swagger', 'start/two-instances'],
      },
      { text: 'Then', pages: ['integration', 'sample-app'] },
    ],
  },
  {
    text: 'Guides',
    groups: [
      { text: 'People', pages: ['your-own-login', 'browsers', 'mobile-apps', 'sessions', 'dpop'] },
      { text: 'Programs', pages: ['api-keys', 'credentials', 'mcp'] },
      { text: 'OAuth 2', pages: ['oauth2', 'oauth2-grants', 'oauth2-authorization'] },
      { text: 'Transports and services', pages: ['graphql', 'sockets', 'microservices', 'resource-server'] },
      { text: 'Rights, limits, keys', pages: ['rbac', 'throttler', 'token-blacklist', 'keys'] },
      { text: 'Development', pages: ['testing-your-app', 'access-review', 'openapi'] },
      { text: 'Moving here', pages: ['migrating', 'migrating-throttler-storage'] },
      {
        text: 'Operation',
        pages: [
          'running-in-production',
          'redis-connections',
          'when-redis-fails',
          'beyond-one-redis',
          'performance',
          'health',
          'telemetry',
          'alerts',
        ],
      },
    ],
  },
  {
    text: 'Reference',
    groups: [
      {
        text: '',
        pages: ['options', 'decorators', 'endpoints', 'errors', 'events', 'metrics'].map(
          (name) => `reference/${name}`,
        ),
      },
    ],
  },
  {
    text: 'Why',
    isCollapsed: true,
    groups: [
      {
        text: '',
        pages: [
          'toolchain',
          'floors',
          'public-surface',
          'documentation',
          'sample-app',
          'one-secret',
          'keys',
          'access-tokens',
          'foreign-tokens',
          'legacy-tokens',
          'one-verification-path',
          'credentials',
          'api-keys',
          'sessions',
          'protocol-checked',
          'session-list',
          'issuing',
          'your-own-login',
          'oauth2',
          'oauth2-codes',
          'oauth2-grants',
          'oauth2-authorization',
          'well-known',
          'dpop',
          'mcp',
          'rbac',
          'access-lockfile',
          'throttler',
          'errors-and-hosts',
          'audit-events',
          'telemetry',
          'openapi',
          'start-up',
          'admission',
          'request-cost',
          'redis-connections',
          'many-connections',
          'outages',
          'test-kit',
        ].map((name) => `decisions/${name}`),
      },
    ],
  },
];
