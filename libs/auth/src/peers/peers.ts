import { installedPeers, missingPeers } from './installed-peers.cjs';

/** What the optional peers export; one that isn't installed has a stand-in that does nothing. */
export const peers = installedPeers;

/** @throws Error one sentence that names all peers that are missing, and the command that installs them */
export function requirePeers(): void {
  if (missingPeers.length === 0) return;
  throw new Error(
    `AuthModule needs ${missingPeers.join(', ')}: run \`npm install ${missingPeers.join(' ')}\`` +
      ' (on Nest 11 with @nestjs/jwt@11 and @nestjs/passport@11).',
  );
}
