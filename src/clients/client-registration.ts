import { access } from '../access.js';
import type { Client } from '../database/schema.js';

/** What is registered of a client, besides its secrets. */
export type ClientRegistration = Pick<
  Client,
  'id' | 'name' | 'grants' | 'scope' | 'redirectUris' | 'roles' | 'firstParty' | 'exchangesTokensOf'
>;

/** One mistake: the member it is in, and what was expected there. */
export type RegistrationMistake = readonly [member: keyof ClientRegistration, message: string];

// RFC 6749 appendix A.1, without spaces: an id is also a part of paths.
const CLIENT_ID = /^[\x21-\x7e]{1,100}$/;
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  TOKEN_EXCHANGE,
];
const SCOPE = Object.keys(access.scopes);
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;

/** All that is wrong with a registration. */
export function mistakesOf(client: ClientRegistration, hasSecret: boolean): readonly RegistrationMistake[] {
  const { id, grants, scope, redirectUris, firstParty, exchangesTokensOf } = client;
  const mistakes: RegistrationMistake[] = [];
  // One that is missing is told by whoever reads it.
  if (id !== '' && !CLIENT_ID.test(id))
    mistakes.push(['id', 'expected at most 100 ASCII characters without a space']);
  for (const grant of notIn(GRANTS, grants))
    mistakes.push(['grants', `no grant '${grant}': choose from ${GRANTS.join(', ')}`]);
  for (const token of notIn(SCOPE, scope))
    mistakes.push(['scope', `no scope '${token}': choose from ${SCOPE.join(', ')}`]);
  for (const uri of redirectUris.filter((each) => !isRedirectUri(each)))
    mistakes.push(['redirectUris', `'${uri}' is neither https nor of an app on the user's own machine`]);
  if (grants.includes('authorization_code') && redirectUris.length === 0)
    mistakes.push(['redirectUris', 'authorization_code needs at least one']);
  if (grants.includes('client_credentials') && !hasSecret)
    mistakes.push(['grants', 'client_credentials needs a secret (RFC 6749 §4.4)']);
  if (grants.includes(TOKEN_EXCHANGE) && !hasSecret)
    mistakes.push([
      'grants',
      'token-exchange needs a secret: whoever acts for somebody has to prove who it is',
    ]);
  if (exchangesTokensOf.length > 0 && !grants.includes(TOKEN_EXCHANGE))
    mistakes.push(['exchangesTokensOf', `needs the grant ${TOKEN_EXCHANGE}`]);
  if (grants.includes('password') && !firstParty)
    mistakes.push(['grants', 'password is for first-party clients: others must never see one']);
  return mistakes;
}

const notIn = (known: readonly string[], given: readonly string[]): readonly string[] =>
  given.filter((each) => !known.includes(each));

/** RFC 9700 §2.1 and RFC 8252 §7: https, or an app on the user's machine by loopback or by a scheme named after its domain. */
function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text) || text.includes('#')) return false;
  const { protocol, hostname, username } = new URL(text);
  // What browsers take for a path of this server, or show as if it were the host.
  if (/^https?:$/.test(protocol) && (!/^https?:\/\/[^/]/i.test(text) || username !== '')) return false;
  if (protocol === 'http:') return LOOPBACK.test(hostname);
  return protocol === 'https:' || protocol.includes('.');
}
