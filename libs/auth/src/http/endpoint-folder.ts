import type { MountedPaths } from './mounted-paths.js';

const REFRESH = '/refresh';

/** The folder of login, refresh and logout: nothing else needs the refresh cookie. */
export class EndpointFolder {
  /** @param path below the prefix of the app, with a slash in front; `undefined` when the host has endpoints of its own */
  constructor(
    private readonly path: string | undefined,
    private readonly mounts: MountedPaths,
  ) {}

  /**
   * Where Nest has put them, for logins that the host completes elsewhere; as far as that is the same for all requests.
   * `undefined` when there are none.
   */
  mounted(): string | undefined {
    if (this.path === undefined) return undefined;
    const whole = this.mounts.of(this.path + REFRESH).slice(0, -REFRESH.length);
    // A cookie of a folder is sent to all that are in it.
    return whole.replace(/\/[^/]*[:*{(].*$/, '') || '/';
  }
}
