import { AuthError } from '../kernel/auth-error.js';
import { isSignatureValid } from '../keys/material/signature.js';
import type { SigningKey } from '../keys/signing-key.js';

const DEADLINE_MS = 3000;

/**
 * A compact JWS signed by a key that this process doesn't hold.
 *
 * @throws AuthError `store_unavailable` when the signer fails, hangs, or answers something else than a signature
 */
export async function signElsewhere(header: object, claims: object, key: SigningKey): Promise<string> {
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const bytes = Buffer.from(input, 'ascii');
  const signature = await answerInTime(async () => key.signer.sign(bytes));
  // A signer with another key, or one that answers DER, would hand out tokens that nobody accepts.
  if (!isSignatureValid(key.algorithm, key.key, bytes, signature)) {
    throw unavailable(`the signer's answer is no ${key.algorithm} signature of ${key.kid}`);
  }
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

async function answerInTime<T>(answer: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([answer(), deadline]);
  } catch (error) {
    throw unavailable('the signer failed', error);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(detail: string, cause?: unknown): AuthError {
  return new AuthError('store_unavailable', { detail, cause, retryAfterSeconds: 1 });
}
