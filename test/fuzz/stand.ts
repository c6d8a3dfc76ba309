import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { defineAccess } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type Platform, type RunningApp, startApp } from '../support/app/start-app.js';
import { media, startMedium, type TestMedium } from '../support/app/stores.js';
import { Account } from './account.js';
import { AnybodyWithAPassword, Attacker } from './attacker.js';
import { HostController } from './host.controller.js';
import { BODY_LIMIT_BYTES } from './kind.js';

/** Where the barrage runs. */
export interface StandShape {
  readonly platform: Platform;
  readonly medium: (typeof media)[number];
  readonly refreshIn: 'body' | 'cookie';
}

const MANY = 1_000_000;
const budget = [{ failures: MANY, within: '1h' }] as const;
// Every limit counts, and none is reached: a refusal for many requests would hide what is behind it.
const throttler = {
  throttlers: [{ limit: MANY, ttl: '1m', precision: 'bounded' }],
  credentials: { perAccountAndAddress: budget, perAddress: budget, perAccount: budget },
} as const;
const access = defineAccess({ roles: { member: { grants: ['things:*'] } }, scopes: { write: ['things:*'] } });

/** An app under attack, and a user with a session of before. */
export class Stand {
  private honest: Account | undefined;
  private attackers = 0;

  private constructor(
    private readonly running: RunningApp,
    private readonly medium: TestMedium,
    private readonly client: Client,
  ) {}

  static async start({ platform, medium: kind, refreshIn }: StandShape): Promise<Stand> {
    const medium = await startMedium(kind);
    const running = await startApp({
      platform,
      controllers: [HostController],
      options: {
        throttler,
        rbac: { definition: access },
        authentication: { refreshCookie: refreshIn === 'cookie' },
        ...(medium.redis !== undefined && { redis: medium.redis }),
      },
      extras: { userAuthenticator: AnybodyWithAPassword },
      prepare: (app) => platform === 'express' && acceptAsMuchAsFastify(app),
    });
    const stand = new Stand(running, medium, new Client(running.url));
    stand.honest = await Account.login(stand.client, 'honest');
    return stand;
  }

  async stop(): Promise<void> {
    await this.running.close();
    await this.medium.stop();
  }

  newAttacker(): Attacker {
    return new Attacker(this.client, this.attackers++);
  }

  /** What was there before still works: the honest user's session goes on. */
  async expectHonestSession(): Promise<void> {
    expect(await this.honest?.meStatus()).toBe(200);
    this.honest = await this.honest?.refreshed();
    expect(await this.honest?.meStatus()).toBe(200);
  }
}

function acceptAsMuchAsFastify(app: INestApplication): void {
  const express = app as NestExpressApplication;
  express.useBodyParser('json', { limit: BODY_LIMIT_BYTES });
  express.useBodyParser('urlencoded', { limit: BODY_LIMIT_BYTES, extended: true });
}
