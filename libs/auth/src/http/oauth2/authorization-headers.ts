import type { HeaderFields } from '../../problem-details/refusal-headers.js';
import { STYLE_SOURCE } from './error-page.js';

/** Of the response of Express and Fastify alike. */
interface OpenResponse {
  removeHeader(name: string): unknown;
  header(name: string, value: string): unknown;
}

const CORS = ['origin', 'credentials', 'methods', 'headers'].map((name) => `Access-Control-Allow-${name}`);

// The address has the request in it, and what comes next in the browser need not learn that. Nobody may frame or sniff it.
const HEADERS: HeaderFields = [
  ['Cache-Control', 'no-store'],
  ['Pragma', 'no-cache'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  [
    'Content-Security-Policy',
    `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  ],
];

/** Puts on each answer of the authorization endpoint what browsers have to be told, and takes CORS of the app off it (RFC 9700 §2.6). */
export function writeAuthorizationHeaders(response: OpenResponse): void {
  for (const name of [...CORS, 'Access-Control-Expose-Headers']) response.removeHeader(name);
  for (const [name, value] of HEADERS) response.header(name, value);
}
