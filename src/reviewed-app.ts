import type { INestApplication } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { createApplication } from './application.js';
import { readEnvironment } from './configuration/environment.js';

/**
 * The app for a look at who may call what, with the roles of SEED_FILE if there is one: nothing is opened, written or listened on.
 * `npm run access` compares it with `access.lock.json`.
 */
export function createApp(): Promise<INestApplication> {
  const settings = readEnvironment({
    SEED_FILE: process.env['SEED_FILE'],
    PLATFORM: process.env['PLATFORM'],
    DATABASE_URL: ':memory:',
    AUTH_ALGORITHM: 'HS256',
    AUTH_SECRET_KEY: randomBytes(32).toString('hex'),
  });
  return createApplication(settings);
}
