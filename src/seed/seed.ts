import type { ClientRegistration } from '../clients/client-registration.js';

/** A role as the seed file writes it; its names are checked when the role graph is built. */
export interface SeedRole {
  readonly inherits: readonly string[];
  readonly grants: readonly string[];
}

export interface SeedUser {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** An OAuth client; without a secret it is a public one. */
export interface SeedClient extends ClientRegistration {
  readonly secret: string | undefined;
}

/** What the sample app starts with. */
export interface Seed {
  readonly roles: ReadonlyMap<string, SeedRole>;
  readonly users: readonly SeedUser[];
  readonly clients: readonly SeedClient[];
}
