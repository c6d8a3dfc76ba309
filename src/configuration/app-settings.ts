import type { Seed } from '../seed/seed.js';

/** Everything the environment decides, complete and checked. Inject it by this class. */
export abstract class AppSettings {
  abstract readonly production: boolean;
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly platform: 'express' | 'fastify';
  abstract readonly databaseUrl: string;
  /** Absent: sessions, revocations and quotas live in this process. */
  abstract readonly redisUrl: string | undefined;
  /** How long a request waits for Redis before it is answered without. */
  abstract readonly redisDeadlineMs: number;
  abstract readonly issuer: string;
  abstract readonly audience: string;
  /** What refresh tokens and the keys that Gatehouse makes are protected with, newest first. Made once outside production. */
  abstract readonly secretKeys: readonly string[] | undefined;
  /** `alg` of new tokens; absent: that of the key file, or RS256. HS256 signs with `secretKeys`. */
  abstract readonly algorithm: string | undefined;
  abstract readonly privateKeyFile: string | undefined;
  abstract readonly accessTtlMs: number;
  abstract readonly refreshTtlMs: number;
  abstract readonly reuseWindowMs: number;
  /** Whether first-party clients may send passwords. */
  abstract readonly allowsPasswordGrant: boolean;
  /** Whether clients may register themselves. */
  abstract readonly allowsRegistration: boolean;
  /** Whether `/docs` shows the API to everybody. */
  abstract readonly servesApiDocs: boolean;
  abstract readonly rateLimit: number;
  abstract readonly rateWindowMs: number;
  /** What `SEED_FILE` held. */
  abstract readonly seed: Seed | undefined;
}
