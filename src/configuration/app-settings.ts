import type { AuthModuleOptions } from 'nestjs-gatehouse';
import type { Seed } from '../seed/seed.js';

/** Everything the environment decides, complete and checked. Inject it by this class. */
export abstract class AppSettings {
  abstract readonly production: boolean;
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly platform: 'express' | 'fastify';
  abstract readonly databaseUrl: string;
  /** What the environment says to Gatehouse. */
  abstract readonly auth: Partial<AuthModuleOptions>;
  /** Whether first-party clients may send passwords. */
  abstract readonly allowsPasswordGrant: boolean;
  /** Whether clients may register themselves. */
  abstract readonly allowsRegistration: boolean;
  /** Whether `/docs` shows the API to everybody. */
  abstract readonly servesApiDocs: boolean;
  /** What `SEED_FILE` held. */
  abstract readonly seed: Seed | undefined;
}
