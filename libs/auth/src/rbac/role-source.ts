import type { AccessDefinition } from './graph/access-definition.js';

/**
 * Where a role graph comes from when it changes at run time: a database, a file, a policy service.
 * @example
 * ```ts
 * @Injectable()
 * class DatabaseRoles extends RoleSource {
 *   constructor(private readonly db: Db) { super(); }
 *   async load() {
 *     return { roles: await this.db.roleEntries() };
 *   }
 * }
 * ```
 */
export abstract class RoleSource {
  /** The definition as stored now. May reject: at boot that stops the application, later the last good graph stays. */
  abstract load(): Promise<AccessDefinition>;

  /** Calls back whenever the stored definition may have changed; returns what stops that. */
  watch?(changed: () => void): () => void;
}

/** A signal between all instances that the stored definition has changed; `RedisSignal` is one. */
export abstract class RoleGraphSignal {
  /** Signals all instances. */
  abstract send(): Promise<void>;
  /** Calls back for each signal, and whenever one may have been missed. */
  abstract follow(onSignal: () => void): void;
  /** Stops following. */
  abstract close(): void;
}
