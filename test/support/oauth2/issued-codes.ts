import { createHash, randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import type { Login, OAuthClient } from 'nestjs-gatehouse';
import {
  type AuthorizationCodeContent,
  AuthorizationCodeStore,
} from '../../../libs/auth/src/authorization-codes/authorization-code.store.js';
import { SessionStore } from '../../../libs/auth/src/sessions/session.store.js';
import { createSessionId } from '../../../libs/auth/src/subjects/subject-keys.js';

/** Where the clients of these tests are sent back to. */
export const CALLBACK = 'https://app.test/callback?from=gatehouse';

/** A code, and the form that redeems it. */
export interface IssuedCode {
  readonly code: string;
  readonly sessionId: string;
  readonly form: Readonly<Record<'grant_type' | 'code' | 'redirect_uri' | 'code_verifier', string>>;
}

/** How a code differs from a plain one. */
export interface CodeShape {
  readonly client: OAuthClient;
  readonly login?: Partial<Login>;
  readonly content?: Partial<AuthorizationCodeContent>;
  readonly ttlMs?: number;
}

/** Issues a code as the authorization endpoint does, once the user has agreed. */
export async function issueCode(
  app: INestApplication,
  { client, login: changed, content, ttlMs = 60_000 }: CodeShape,
): Promise<IssuedCode> {
  const [code, verifier] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64url'));
  if (code === undefined || verifier === undefined) throw new Error('no bytes');
  const login = {
    subject: 'user-ada',
    clientId: client.id,
    roles: ['reader'],
    scope: client.scope,
    authenticatedAt: Date.now(),
    ...changed,
  };
  const begun = await app.get(SessionStore).beginLogin(login.subject, client.id);
  const sessionId = createSessionId(login.subject);
  await app.get(AuthorizationCodeStore).issue(
    code,
    {
      clientId: client.id,
      redirectUri: CALLBACK,
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      sessionId,
      login: JSON.stringify(login),
      revocations: begun.revocations ?? '',
      ...content,
    },
    ttlMs,
  );
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  return { code, sessionId, form };
}
