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
  /** Signs with HS256. Without it and without a key file, Gatehouse makes an RS256 key of its own (development only). */
  abstract readonly secretKey: string | undefined;
  abstract readonly privateKeyFile: string | undefined;
  abstract readonly accessTtlMs: number;
  abstract readonly refreshTtlMs: number;
  abstract readonly reuseWindowMs: number;
  abstract readonly rateLimit: number;
  abstract readonly rateWindowMs: number;
  /** What `SEED_FILE` held. */
  abstract readonly seed: Seed | undefined;
}
