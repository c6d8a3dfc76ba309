import { encode, rawSignature, forge } from '../forge.js';
import {
  ec,
  malloryEc,
  header,
  claims,
  h,
  p,
  s,
  byMallory,
  ecHeader,
  ecInput,
  ecSigned,
  type Case,
} from './forgery.js';

export const signatures: readonly Case[] = [
  ['another key under our id', byMallory({})],
  ['our signature under other claims', `${h}.${encode({ ...claims, sub: 'admin' })}.${s}`],
  ['our signature under another header', `${encode({ ...header, x: 1 })}.${p}.${s}`],
  ['one bit changed', `${h}.${p}.${flipBit(s)}`],
  ['a signature of zeros', `${h}.${p}.${Buffer.alloc(256).toString('base64url')}`],
  ['a signature of ones', `${h}.${p}.${Buffer.alloc(256, 0xff).toString('base64url')}`],
  ['a signature that is 1', `${h}.${p}.${Buffer.from([1]).toString('base64url')}`],
  ['a shortened signature', `${h}.${p}.${Buffer.from(s, 'base64url').subarray(1).toString('base64url')}`],
  [
    'a lengthened signature',
    `${h}.${p}.${Buffer.concat([Buffer.from(s, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`,
  ],
  [
    'a leading zero before the signature',
    `${h}.${p}.${Buffer.concat([Buffer.alloc(1), Buffer.from(s, 'base64url')]).toString('base64url')}`,
  ],
  ['an ECDSA signature of zeros', ecSigned(Buffer.alloc(64))],
  [
    'an ECDSA signature with s = 0',
    ecSigned(Buffer.concat([Buffer.alloc(31), Buffer.from([1]), Buffer.alloc(32)])),
  ],
  ['an ECDSA signature with r = s = 2^256 - 1', ecSigned(Buffer.alloc(64, 0xff))],
  ['an ECDSA signature of another key', forge(ecHeader, claims, 'ES256', malloryEc.privateKey)],
  ['an ECDSA signature as DER', ecSigned(rawSignature('RS256', ec.privateKey, ecInput))],
  ['an ECDSA signature over SHA-512', ecSigned(rawSignature('ES512', ec.privateKey, ecInput))],
  ['half an ECDSA signature', ecSigned(rawSignature('ES256', ec.privateKey, ecInput).subarray(32))],
  [
    'an ECDSA signature and a byte',
    ecSigned(Buffer.concat([rawSignature('ES256', ec.privateKey, ecInput), Buffer.alloc(1)])),
  ],
];

function flipBit(segment: string): string {
  const bytes = Buffer.from(segment, 'base64url');
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  return bytes.toString('base64url');
}
