import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Answer } from './client.js';
import type { Platform } from './start-app.js';

/** More than either platform takes. */
const TOO_MANY_BYTES = 1024 * 1024 + 1;

/**
 * What is answered to a JSON body that is too long. Express reads it to its end first. Fastify looks at its header and hangs up, so
 * nothing of it is sent there: a client that is still sending may never see why it was refused.
 */
export async function sendTooMuch(url: string, platform: Platform): Promise<Answer> {
  const sent = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': TOO_MANY_BYTES },
  });
  if (platform === 'express') sent.end('x'.repeat(TOO_MANY_BYTES));
  else sent.flushHeaders();
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const answer = await text(response);
    return {
      status: response.statusCode ?? 0,
      headers: new Headers(response.headers as Record<string, string>),
      text: answer,
      body: JSON.parse(answer) as Record<string, unknown>,
    };
  } finally {
    sent.destroy();
  }
}
