import { randomBytes } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { AuthorizationCodeStore } from '../../libs/auth/src/authorization-codes/authorization-code.store.js';

/** An authorization code that was issued and redeemed. */
export async function usedCode(app: INestApplication): Promise<string> {
  const codes = app.get(AuthorizationCodeStore);
  const code = randomBytes(32).toString('base64');
  const bound = { clientId: 'web', redirectUri: 'https://app.test/', codeChallenge: 'challenge' };
  await codes.issue(code, { ...bound, sessionId: 'session', login: '{}', revocations: '' }, 60_000);
  expect(await codes.redeem(code, 60_000)).toEqual({ verdict: 'redeemed' });
  return code;
}
