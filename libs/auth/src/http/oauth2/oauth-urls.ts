import type { MountedPaths } from '../mounted-paths.js';
import type { OAuthPaths } from './oauth-controllers.js';

/** The addresses of the endpoints for clients, as clients call them: their paths in this app at the origin of the issuer. */
export class OAuthUrls {
  constructor(
    private readonly issuer: string,
    private readonly paths: OAuthPaths,
    private readonly mounts: MountedPaths,
  ) {}

  /** That of an endpoint; `undefined` when it isn't served, or differs from request to request. */
  of(name: keyof OAuthPaths): string | undefined {
    const path = this.paths[name];
    if (path === false) return undefined;
    const mounted = this.mounts.of(`/${path.replaceAll(/^\/+|\/+$/g, '')}`);
    return /[:*{(]/.test(mounted) ? undefined : this.at(mounted);
  }

  /** That of a path from the root. */
  at(path: string): string {
    return new URL(path, this.issuer).href;
  }
}
