import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type Kind, PASSWORD, USERNAME, withBody } from './kind.js';
import type { RawRequest } from './raw-http.js';

const GOOD = JSON.stringify({ username: USERNAME, password: PASSWORD });
const BOMB = JSON.stringify({ username: 'x'.repeat(20_000_000) });
const packed: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(GOOD)],
  ['deflate', deflateSync(GOOD)],
  ['br', brotliCompressSync(GOOD)],
  ['gzip', Buffer.from('not gzip')],
  ['br', Buffer.from(GOOD)],
  ['gzip, gzip', gzipSync(gzipSync(GOOD))],
  ['x-none', Buffer.from(GOOD)],
  ['', Buffer.from(GOOD)],
  ['gzip', gzipSync(GOOD).subarray(0, 12)],
  ['identity', Buffer.from(GOOD)],
  ['gzip', gzipSync(BOMB)],
];
const encodings = fc
  .tuple(fc.constantFrom(...packed), withBody(fc.constant(GOOD)))
  .map(([[encoding, body], request]): RawRequest => ({
    ...request,
    headers: [...request.headers, ['Content-Encoding', encoding]],
    body,
  }));

const CHUNKS = [
  '0\r\n\r\n',
  `${GOOD.length.toString(16)}\r\n${GOOD}\r\n0\r\n\r\n`,
  'zz\r\nx\r\n0\r\n\r\n',
  '-1\r\n\r\n',
  'fffffffffffffffff\r\nx\r\n',
  `1;x=y\r\n{\r\n0\r\nTrailer: x\r\n\r\n`,
];
const chunked = fc
  .tuple(fc.constantFrom(...CHUNKS), withBody(fc.constant('')))
  .map(([chunks, request]): RawRequest => ({
    ...request,
    headers: [...request.headers, ['Transfer-Encoding', 'chunked']],
    body: Buffer.from(chunks),
  }));

/** What can be odd about how a body is sent. */
export const framingKinds: readonly Kind[] = [
  { name: 'packed bodies', requests: encodings },
  { name: 'bodies in chunks', requests: chunked },
];
