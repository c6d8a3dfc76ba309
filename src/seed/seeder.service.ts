import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createClientSecret } from 'nestjs-gatehouse';
import { ClientsRepository } from '../clients/clients.repository.js';
import { AppSettings } from '../configuration/app-settings.js';
import { PasswordHasher } from '../users/password-hasher.js';
import { UsersRepository } from '../users/users.repository.js';
import { demoSeed } from './demo-seed.js';
import type { SeedClient, SeedUser } from './seed.js';

/** Loads users and clients before the first request. Loading the same seed again changes nothing. */
@Injectable()
export class Seeder implements OnModuleInit {
  constructor(
    private readonly settings: AppSettings,
    private readonly users: UsersRepository,
    private readonly clients: ClientsRepository,
    private readonly hasher: PasswordHasher,
  ) {}

  async onModuleInit(): Promise<void> {
    const seed = this.settings.seed ?? (this.settings.production ? undefined : demoSeed);
    await Promise.all(seed?.users.map((user) => this.seedUser(user)) ?? []);
    await Promise.all(seed?.clients.map((client) => this.seedClient(client)) ?? []);
  }

  private async seedUser({ username, password, roles }: SeedUser): Promise<void> {
    const known = await this.users.find(username);
    // A password that the user has changed since stays; one that was edited in the file is set again.
    if (known?.seededPasswordHash && (await this.hasher.verify(known.seededPasswordHash, password))) {
      await this.users.change(username, { roles });
      return;
    }
    const passwordHash = await this.hasher.hash(password);
    const seeded = { passwordHash, seededPasswordHash: passwordHash, roles };
    if (known === undefined) await this.users.add({ username, ...seeded });
    else await this.users.change(username, seeded);
  }

  private async seedClient({ secret, ...client }: SeedClient): Promise<void> {
    const seededSecretHash = secret === undefined ? null : createClientSecret(secret).hash;
    const secretHashes = seededSecretHash === null ? [] : [seededSecretHash];
    if (await this.clients.add({ ...client, secretHashes, seededSecretHash })) return;
    const { id, ...facts } = client;
    await this.clients.change(id, facts);
    // Secrets that were made or removed since stay so; one that was edited in the file replaces them.
    await this.clients.seedSecretHash(id, seededSecretHash);
  }
}
