import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type JsonObject, parseStrictObject } from '../../jose/strict-json.js';
import type { Destination } from './document-destinations.js';

/** What was there: a document, or the reason why it is none. */
export type FetchedDocument =
  | {
      readonly content: JsonObject;
      /** `Cache-Control`; `undefined`: nothing is said. */
      readonly maxAgeSeconds: number | undefined;
    }
  | { readonly problem: string };

const MAX_BYTES = 5 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const MAX_AGE = /(?:^|[\s,])max-age=(\d{1,9})(?:[\s,]|$)/i;
const NOT_KEPT = /(?:^|[\s,])no-(?:store|cache)(?:[\s,=]|$)/i;

/**
 * Fetches a metadata document from a destination that was looked at before: no redirects, no credentials, within a size.
 * @param signal ends it
 * @throws Error when the server can't be reached, or says that it has a problem itself
 */
export async function fetchDocument(
  url: URL,
  destination: Destination,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  return read(await answerOf(url, destination, signal));
}

function answerOf(
  url: URL,
  { address, port, ca }: Destination,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: address,
      port,
      path: url.pathname,
      // The certificate has to be that of the name, whatever address it has.
      servername: url.hostname,
      rejectUnauthorized: true,
      headers: { Host: url.host, Accept: 'application/json' },
      maxHeaderSize: MAX_HEADER_BYTES,
      agent: false,
      signal,
      ca,
    });
    request.once('response', resolve);
    // Later errors are of an answer that nobody reads any more.
    request.on('error', reject);
    request.end();
  });
}

async function read(response: IncomingMessage): Promise<FetchedDocument> {
  const { statusCode = 0, headers } = response;
  if (statusCode >= 500 || statusCode === 429) throw new Error(`status ${statusCode}`);
  if (statusCode !== 200) return { problem: `status ${statusCode}` };
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return { problem: 'the answer is not JSON' };
  const bytes = await bodyOf(response);
  if (bytes === undefined) return { problem: `more than ${MAX_BYTES} bytes` };
  const content = parseStrictObject(bytes);
  if (content === undefined) return { problem: 'the answer is no JSON object' };
  return { content, maxAgeSeconds: maxAgeOf(headers['cache-control'] ?? '') };
}

async function bodyOf(response: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function maxAgeOf(cacheControl: string): number | undefined {
  if (NOT_KEPT.test(cacheControl)) return 0;
  const seconds = MAX_AGE.exec(cacheControl)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
