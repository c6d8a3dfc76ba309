import { failureReason, publicAddress } from '../../kernel/failure-reason.js';

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
  // Not `AbortSignal.timeout()`: fetch holds its signal weakly, and one that was collected never ends a stalled body.
  const abortion = new AbortController();
  const timer = setTimeout(
    () => abortion.abort(new Error(`no answer within ${timeoutMs} ms (time-out)`)),
    timeoutMs,
  );
  try {
    const response = await fetch(url, {
      redirect: 'error',
      credentials: 'omit',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: abortion.signal,
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return parsed(await readBody(response, maxBytes));
  } catch (cause) {
    throw new Error(`${publicAddress(url.href)} can't be read: ${failureReason(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
    // Whatever was not read is let go, and with it the connection.
    abortion.abort();
  }
}

// The parser's own words quote the text.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
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
