import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { createClientSecret, TokenBlacklistService } from 'nestjs-gatehouse';
import type { Client } from '../database/schema.js';
import type { ClientRegistration } from './client-registration.js';
import { ClientsRepository } from './clients.repository.js';

/** What happens to a client, and the calls to Gatehouse that belong to it. */
@Injectable()
export class ClientsService {
  constructor(
    private readonly clients: ClientsRepository,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /** Registers a client. @returns the secret of a confidential one, which nobody can look up later */
  async register(client: ClientRegistration, isConfidential: boolean): Promise<string | undefined> {
    const made = isConfidential ? createClientSecret() : undefined;
    const isNew = await this.clients.add({ ...client, secretHashes: made === undefined ? [] : [made.hash] });
    if (!isNew) throw new ConflictException(`There is a client '${client.id}' already`);
    return made?.secret;
  }

  async find(id: string): Promise<Client> {
    const client = await this.clients.find(id);
    if (client === undefined) throw noClient(id);
    return client;
  }

  /** Registers other facts; secrets stay. */
  async replace({ id, ...facts }: ClientRegistration): Promise<void> {
    await this.change(id, facts);
    // Its own tokens say what it might do before. Those of users run out by themselves.
    await this.blacklist.expireAccessTokens(`client:${id}`);
  }

  /** Makes another secret. The one of before stays good until it is removed, so that the client can change over. */
  async addSecret(id: string): Promise<string> {
    const { secretHashes } = await this.find(id);
    if (secretHashes.length === 0) throw new ConflictException('A public client has no secret');
    const { secret, hash } = createClientSecret();
    if (await this.clients.addSecretHash(id, hash)) return secret;
    throw new ConflictException('The client has two secrets: remove the old one first');
  }

  /** Leaves a client its newest secret only. */
  async removeOldSecret(id: string): Promise<void> {
    await this.find(id);
    await this.clients.keepNewestSecretHash(id);
  }

  /** Locks a client out: no new tokens, and those it has are refused, at once and on every instance. */
  async disable(id: string): Promise<void> {
    // First the lock, then the tokens.
    await this.change(id, { disabledAt: new Date() });
    await this.blacklist.revokeClient(id);
  }

  /** Lets a client in again; the tokens of before stay refused. */
  async enable(id: string): Promise<void> {
    await this.change(id, { disabledAt: null });
  }

  private async change(id: string, changes: Partial<Omit<Client, 'id'>>): Promise<void> {
    if (!(await this.clients.change(id, changes))) throw noClient(id);
  }
}

const noClient = (id: string): NotFoundException => new NotFoundException(`No client '${id}'`);
