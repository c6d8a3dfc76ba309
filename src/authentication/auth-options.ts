import type { AuthModuleOptions, RoleDefinition } from 'nestjs-gatehouse';
import { access } from '../access.js';
import { API_DOCS } from '../api-docs/api-docs-path.js';
import type { AppSettings } from '../configuration/app-settings.js';
import type { Seed } from '../seed/seed.js';

/** The settings of the app in the words of Gatehouse. */
export function authOptions({ auth, production, seed }: AppSettings): AuthModuleOptions {
  return {
    // Not derived from PORT: instances behind one Redis must name the same issuer.
    issuer: 'http://localhost:3000',
    audience: 'articles',
    ...auth,
    production,
    // Whoever proves a key gets tokens that are bound to it; everybody else gets bearer tokens as before.
    dpop: true,
    apiKeys: { prefix: production ? 'articles_live' : 'articles_test', maxTtl: '90d', maxPerSubject: 10 },
    rbac: {
      definition: { ...access, roles: rolesWith(seed) },
      guardedElsewhere: [API_DOCS, `${API_DOCS}/*`],
    },
  };
}

/** The roles of the app, those of the seed file added or put in their place. */
function rolesWith(seed: Seed | undefined): ReadonlyMap<string, RoleDefinition> {
  return new Map<string, RoleDefinition>([
    ...Object.entries<RoleDefinition>(access.roles),
    ...(seed?.roles ?? []),
  ]);
}
