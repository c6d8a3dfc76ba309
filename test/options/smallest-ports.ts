import { ApiKeyStore, AuthorizationInteraction, CredentialScheme, Grant, RoleSource } from 'nestjs-gatehouse';
import { RoleGraphSignal } from 'nestjs-gatehouse/rbac';

export class NoRoles extends RoleSource {
  async load() {
    return { roles: {} };
  }
}

export class NoKeys extends ApiKeyStore {
  async add() {
    return { verdict: 'full' as const };
  }
  async present() {
    return { verdict: 'unknown' as const };
  }
  async find() {
    return undefined;
  }
  async list() {
    return [];
  }
  async revoke() {
    return undefined;
  }
  async revokeSubject() {
    return [];
  }
  async revokeClient() {}
  async revokeEverything() {}
}

export class Quiet extends RoleGraphSignal {
  async send(): Promise<void> {}
  follow(): void {}
  close(): void {}
}

export class TestScheme extends CredentialScheme {
  readonly scheme = 'Test';
  find(): undefined {}
  async verify(): Promise<undefined> {}
}

export class TestGrant extends Grant {
  readonly type = 'urn:test:grant';
  async issue() {
    return { accessToken: 'unused', expiresInSeconds: 1 };
  }
}

export class TestPages extends AuthorizationInteraction {
  begin(): string {
    return '/consent';
  }
}

/** Where events go. */
export class TestEmitter {
  emit(_name: string, _record: object): void {}
}
