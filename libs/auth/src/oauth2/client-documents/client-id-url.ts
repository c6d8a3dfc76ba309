import { isIP } from 'node:net';

const MAX_LENGTH = 512;

/**
 * The address of a metadata document, if a client id is one (draft-ietf-oauth-client-id-metadata-document §3): https with a
 * name of a host and a path, written in its normal form, so that two ids are never one address.
 */
export function clientIdUrl(clientId: string): URL | undefined {
  if (clientId.length > MAX_LENGTH || !clientId.startsWith('https://') || /[?#@]/.test(clientId))
    return undefined;
  if (!URL.canParse(clientId)) return undefined;
  const url = new URL(clientId);
  // An address would be no name that a certificate or a person can tell anything by.
  const isNamed = isIP(url.hostname) === 0 && !url.hostname.startsWith('[') && url.hostname.includes('.');
  // Dot segments, a default port or capital letters would be another text after parsing.
  return isNamed && url.pathname !== '/' && url.href === clientId ? url : undefined;
}
