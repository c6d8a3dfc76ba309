const HOST = /^[a-z0-9.-]+(?::\d+)?$/;

/**
 * A redirect URI as a source of the policy `form-action`. Browsers hold a redirect after a form against that policy as well:
 * without this the answer would never reach its client. Policies know no IPv6 addresses and no hosts of other schemes.
 */
export function formTarget(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && HOST.test(host) ? `${protocol}//${host}` : protocol;
}
