import type { INestApplication } from '@nestjs/common';
import { SocketAuthenticator, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import type { TokenPair } from '../support/app/client.js';
import type { RunningApp } from '../support/app/start-app.js';

/** How a connection ended: the code that was heard, and where. */
export interface Ending {
  readonly at: 'handshake' | 'later';
  readonly code: unknown;
}

/** A client of one kind of socket. */
export interface Connection {
  /** Resolves when the server has refused or closed it. */
  readonly ended: Promise<Ending>;
  /** Resolves with `open` when it is connected, or with the ending. */
  readonly begun: Promise<'open' | Ending>;
  /** What was broadcast to it so far. */
  readonly heard: readonly unknown[];
  close(): void;
}

/** Every way to end what a token stands for. */
export const revocations: readonly (readonly [
  string,
  (app: INestApplication, pair: TokenPair) => Promise<void>,
])[] = [
  ['a logout', async (app, pair) => app.get(TokenService).revoke(await principalOf(app, pair))],
  [
    'its session',
    async (app, pair) => blacklist(app).revokeSession((await principalOf(app, pair)).sessionId!),
  ],
  ['its subject', async (app, pair) => blacklist(app).revokeSubject((await principalOf(app, pair)).subject)],
  [
    'the access tokens of its subject',
    async (app, pair) => blacklist(app).expireAccessTokens((await principalOf(app, pair)).subject),
  ],
  ['its token', async (app, pair) => blacklist(app).revokeToken(await principalOf(app, pair))],
  ['its client', async (app, pair) => blacklist(app).revokeClient((await principalOf(app, pair)).clientId)],
  ['everything', async (app) => blacklist(app).revokeEverything()],
];

const blacklist = (app: INestApplication) => app.get(TokenBlacklistService);
const principalOf = (app: INestApplication, pair: TokenPair) =>
  Promise.resolve(app.get(TokenService).verify(pair.access_token));

/** Sockets that the app watches. */
export const connectionsOf = ({ app }: RunningApp): number => app.get(SocketAuthenticator).connections;
