import type { Grant } from './grant.js';

/** The grants that are switched on, by their type. */
export class Grants {
  private readonly byType: ReadonlyMap<string, Grant>;

  constructor(grants: readonly Grant[]) {
    this.byType = new Map(grants.map((grant) => [grant.type, grant]));
  }

  /** Values of `grant_type`, for the metadata (RFC 8414 §2). */
  get types(): readonly string[] {
    return [...this.byType.keys()];
  }

  find(type: string): Grant | undefined {
    return this.byType.get(type);
  }
}
