import type { Case } from './forgery.js';
import { algorithms, headers, hmacWithPublicKey, keyIds, types } from './headers.js';
import { payloads } from './payloads.js';
import { signatures } from './signatures.js';
import { shapes, spellings } from './shapes.js';

/** Tokens that have to be refused, by what is wrong with them; the title names the obligation. */
export const forgedTokens: readonly (readonly [title: string, cases: readonly Case[]])[] = [
  ['[8725-33] shape', shapes],
  ['spelling', spellings],
  ['[8725-31] algorithm', algorithms],
  ['[8725-31] HMAC with a public key', hmacWithPublicKey],
  ['[8725-33] key id', keyIds],
  ['[9068-37] type', types],
  ['[8725-33] header', headers],
  ['[8725-31] signature', signatures],
  ['[9068-36] claims', payloads],
];
