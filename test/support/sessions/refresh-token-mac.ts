import { RefreshTokenMac } from '../../../libs/auth/src/sessions/refresh-token-mac.js';
import type { SessionsSettings } from '../../../libs/auth/src/sessions/sessions.settings.js';
import { LastingSecret } from '../../../libs/auth/src/secret/lasting-secret.js';

/** The MAC under the one secret of the specs, or under those that are given, newest first. */
export function macOf(
  settings: SessionsSettings,
  secrets: readonly string[] = ['a secret of the tests, 32 bytes and more'],
): RefreshTokenMac {
  return new RefreshTokenMac(settings, new LastingSecret(secrets.map((secret) => Buffer.from(secret))));
}
