import type { CredentialRequest } from './credentials.js';

/**
 * The values of the cookies of this name, each once: a browser sends every one that fits, of an earlier path, of a neighbour
 * domain. An empty one was cleared, and quotes around one are no part of it.
 */
export function cookiesOf({ headers }: CredentialRequest, name: string): readonly string[] {
  const header = headers['cookie'] ?? '';
  const pairs = (typeof header === 'string' ? header : header.join(';')).split(';');
  const values = pairs.flatMap((pair) => {
    const [key, ...rest] = pair.split('=');
    return key?.trim() === name ? [unquoted(rest.join('=').trim())] : [];
  });
  return [...new Set(values)].filter((value) => value !== '');
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}
