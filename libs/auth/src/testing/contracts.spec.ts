import type { OAuthClient } from '../oauth2/clients/oauth-client.js';
import { ClientRegistry } from '../oauth2/clients/client-registry.js';
import { type AccessDefinition } from '../rbac/graph/access-definition.js';
import { RoleSource } from '../rbac/role-source.js';
import {
  clientRegistryContract,
  FakeUserAuthenticator,
  roleSourceContract,
  userAuthenticatorContract,
} from './index.js';

const somebody = { username: 'ada', password: 'correct horse' };
const disabled = { username: 'eve', password: 'battery staple' };
const fakes = [
  { ...somebody, subject: 'user-1' },
  { ...disabled, disabled: true },
];

class Roles extends RoleSource {
  protected readonly watchers = new Set<() => void>();
  protected stored: AccessDefinition = { roles: { reader: { grants: ['books:read'] } } };

  async load(): Promise<AccessDefinition> {
    return this.stored;
  }

  override watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  change(): void {
    this.stored = { roles: { reader: {} } };
    for (const tell of this.watchers) tell();
  }
}

const client: OAuthClient = { id: 'Web', grants: ['refresh_token'], scope: [] };

class Clients extends ClientRegistry {
  find(id: string): OAuthClient | undefined {
    return id === client.id ? client : undefined;
  }
}

/** The cases that fail. */
async function failing<Harness>(
  contract: readonly { readonly name: string; run(harness: Harness): Promise<void> }[],
  make: () => Harness,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of contract) await run(make()).catch(() => failed.push(name));
  return failed;
}

describe('the contract of users', () => {
  const judge = (users: FakeUserAuthenticator) =>
    failing(userAuthenticatorContract, () => ({ users, somebody, disabled }));

  it('is kept by the fake one', async () => {
    expect(await judge(new FakeUserAuthenticator(fakes))).toEqual([]);
  });

  it.each([
    ['password', async (name: string) => ({ subject: name })],
    ['same subject', async () => ({ subject: `user-${Math.random()}` })],
    ['in a form', async () => ({ subject: 'client:web' })],
    [
      'unknown or strange',
      async (name: string) => {
        if (name.includes("'")) throw new Error('SQL');
        return undefined;
      },
    ],
  ])('names who breaks it (%s)', async (what, authenticate) => {
    const users = Object.assign(new FakeUserAuthenticator(fakes), { authenticate });
    expect(await judge(users)).toContainEqual(expect.stringContaining(what));
  });

  it('names who reloads anybody', async () => {
    const reload = async (subject: string) => ({ subject });
    const users = Object.assign(new FakeUserAuthenticator(fakes), { reload });
    expect(await judge(users)).toEqual(['answers nobody at a refresh for a subject that is not there']);
  });
});

describe('the contract of roles', () => {
  const judge = (make: () => Roles) =>
    failing(roleSourceContract, () => {
      const source = make();
      return { source, change: () => source.change() };
    });

  it('is kept by one that tells', async () => {
    expect(await judge(() => new Roles())).toEqual([]);
  });

  it('names who answers what can not be, and who goes on telling', async () => {
    class Broken extends Roles {
      protected override stored = { roles: { a: { inherits: ['b'] } } };
    }
    class Deaf extends Roles {
      override watch(changed: () => void): () => void {
        super.watch(changed);
        return () => {};
      }
    }
    expect(await judge(() => new Broken())).toContain(roleSourceContract[0]!.name);
    expect(await judge(() => new Deaf())).toEqual(['tells a watcher nothing more once that has ended']);
  });
});

describe('the contract of clients', () => {
  const judge = (registry: ClientRegistry) =>
    failing(clientRegistryContract, () => ({ registry, clientId: client.id }));

  it('is kept by one that compares ids as they are', async () => {
    expect(await judge(new Clients())).toEqual([]);
  });

  it('names who is lenient, and who answers an object of its language', async () => {
    class Lenient extends Clients {
      override find(id: string): OAuthClient | undefined {
        return super.find(id.toLowerCase() === 'web' ? 'Web' : id);
      }
    }
    class Plain extends Clients {
      override find(id: string): OAuthClient | undefined {
        return ({ Web: client } as Record<string, OAuthClient>)[id];
      }
    }
    expect(await judge(new Lenient())).toEqual([clientRegistryContract[1]!.name]);
    expect(await judge(new Plain())).toEqual([clientRegistryContract[2]!.name]);
  });
});
