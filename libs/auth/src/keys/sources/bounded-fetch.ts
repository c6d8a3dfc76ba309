/** Limits of one request to another server. */
export interface FetchLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Fetches a JSON document: no redirects, no credentials, within a time and a size.
 *
 * @throws Error that names the address and the reason
 */
export async function fetchJson(url: URL, { timeoutMs, maxBytes }: FetchLimits): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      credentials: 'omit',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return JSON.parse(await readBody(response, maxBytes));
  } catch (cause) {
    throw new Error(`${url.href} can't be read: ${(cause as Error).message}`, { cause });
  }
}

/** Whether an address is good for keys: https, or http on this very machine. */
export function isTrustworthyAddress(url: URL): boolean {
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.username === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere));
}

async function readBody(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Counted as it arrives: Content-Length may be absent, or a lie, and compression hides the size.
  for await (const part of response.body ?? []) {
    const bytes = part as Uint8Array;
    size += bytes.length;
    if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
