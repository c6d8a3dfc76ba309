import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Put,
} from '@nestjs/common';
import { AccessControl, Permissions } from 'nestjs-gatehouse';
import { type ClientRegistration, mistakesOf } from '../clients/client-registration.js';
import { ClientsRepository } from '../clients/clients.repository.js';
import { ClientsService } from '../clients/clients.service.js';
import type { Client } from '../database/schema.js';
import { ClientDto, NewClientDto } from './client.dto.js';

/** The applications that may ask for tokens. For a permission, so that the scope of a token narrows it. */
@Permissions('clients:manage')
@Controller('admin/clients')
export class ClientsController {
  constructor(
    private readonly repository: ClientsRepository,
    private readonly clients: ClientsService,
    private readonly access: AccessControl,
  ) {}

  @Get()
  async list() {
    return (await this.repository.list()).map(shown);
  }

  /** The one answer that has the secret in it. */
  @Post()
  @Header('Cache-Control', 'no-store')
  async register(@Body() { id, confidential, ...dto }: NewClientDto) {
    const client = this.registrationOf(id, dto, confidential);
    const secret = await this.clients.register(client, confidential);
    return { client_id: id, ...(secret !== undefined && { client_secret: secret }) };
  }

  @Put(':id')
  @HttpCode(204)
  async replace(@Param('id') id: string, @Body() dto: ClientDto): Promise<void> {
    const { secretHashes } = await this.clients.find(id);
    await this.clients.replace(this.registrationOf(id, dto, secretHashes.length > 0));
  }

  @Post(':id/secrets')
  @Header('Cache-Control', 'no-store')
  async addSecret(@Param('id') id: string) {
    return { client_id: id, client_secret: await this.clients.addSecret(id) };
  }

  @Delete(':id/secrets/old')
  @HttpCode(204)
  removeOldSecret(@Param('id') id: string): Promise<void> {
    return this.clients.removeOldSecret(id);
  }

  @Post(':id/disable')
  @HttpCode(204)
  disable(@Param('id') id: string): Promise<void> {
    return this.clients.disable(id);
  }

  @Post(':id/enable')
  @HttpCode(204)
  enable(@Param('id') id: string): Promise<void> {
    return this.clients.enable(id);
  }

  /** @throws BadRequestException that names every mistake */
  private registrationOf(id: string, dto: ClientDto, hasSecret: boolean): ClientRegistration {
    const { name, firstParty } = dto;
    const lists = { grants: words(dto.grants), scope: words(dto.scope), roles: words(dto.roles) };
    const [redirectUris, exchangesTokensOf] = [words(dto.redirectUris), words(dto.exchangesTokensOf)];
    const client = { id, name, firstParty, redirectUris, exchangesTokensOf, ...lists };
    const { unknownRoles } = this.access.explain({ roles: lists.roles }, 'articles:read');
    const mistakes = [
      ...mistakesOf(client, hasSecret).map(([member, message]) => `${member}: ${message}`),
      ...unknownRoles.map((role) => `roles: no role '${role}'`),
    ];
    if (mistakes.length > 0) throw new BadRequestException(mistakes.join('; '));
    return client;
  }
}

const words = (text: string): readonly string[] => text.split(' ').filter(Boolean);

function shown({ secretHashes, seededSecretHash: _seeded, disabledAt, ...client }: Client) {
  return { ...client, secrets: secretHashes.length, disabled: disabledAt !== null };
}
