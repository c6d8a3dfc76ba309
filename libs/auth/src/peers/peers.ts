import type * as nestJwt from '@nestjs/jwt';
import type * as nestPassport from '@nestjs/passport';
import type passport from 'passport';
import { installedPeer, missingPeers } from './installed-peers.cjs';

/** What the optional peers export, each loaded on first use; one that isn't installed has a stand-in that does nothing. */
export const peers = {
  get '@nestjs/jwt'() {
    return installedPeer('@nestjs/jwt') as typeof nestJwt;
  },
  get '@nestjs/passport'() {
    return installedPeer('@nestjs/passport') as typeof nestPassport;
  },
  get passport() {
    return installedPeer('passport') as typeof passport & { readonly Strategy: new () => object };
  },
};

/** @throws Error one sentence that names all peers that are missing, and the command that installs them */
export function requirePeers(find?: (name: string) => unknown): void {
  const missing = missingPeers(find);
  if (missing.length === 0) return;
  throw new Error(
    `AuthModule needs ${missing.join(', ')}: run \`npm install ${missing.join(' ')}\`` +
      ' (on Nest 11 with @nestjs/jwt@11 and @nestjs/passport@11).',
  );
}
