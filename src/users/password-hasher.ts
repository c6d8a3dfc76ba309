import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

// OWASP's first choice: argon2id (the default algorithm of the package) with 19 MiB, two passes, one lane.
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Slow, salted hashes for passwords. */
@Injectable()
export class PasswordHasher {
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return hash(password, ARGON2ID);
  }

  /** Without a hash it does the same work and answers `false`, so that an unknown user takes as long as a known one. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const matches = await verify(passwordHash ?? (await this.decoyHash()), password, ARGON2ID);
    return passwordHash !== undefined && matches;
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= this.hash('nobody has this password');
    return this.decoy;
  }
}
