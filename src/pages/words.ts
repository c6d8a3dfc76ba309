import type { access } from '../access.js';

const MEANINGS: Readonly<Record<keyof typeof access.scopes, string>> = {
  'articles:read': 'Read articles, your drafts included',
  'articles:write': 'Write, change and delete articles',
};
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;

/** What a scope means to a person; one without words is shown as it is. */
export const meaningOf = (scope: string): string =>
  Object.hasOwn(MEANINGS, scope) ? MEANINGS[scope as keyof typeof MEANINGS] : scope;

/** Where a redirect URI leads, as far as a person can judge it. */
export function destinationOf(redirectUri: string): string {
  const { protocol, host, hostname } = new URL(redirectUri);
  if (LOOPBACK.test(hostname)) return `an application on this device (${host})`;
  return protocol === 'https:' ? host : `an application on this device (${protocol.slice(0, -1)})`;
}
