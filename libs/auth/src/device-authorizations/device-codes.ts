import { randomInt } from 'node:crypto';
import { digest, randomId } from '../kernel/opaque.js';
import type { DeviceCodes } from './device-authorization.store.js';

// RFC 8628 §6.1: no vowels, so that no words come of it, and nothing that looks like something else.
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LENGTH = 8;
const USER_CODE = new RegExp(`^[${LETTERS}]{${USER_CODE_LENGTH}}$`);
const NAME_BYTES = 16;
// 128 bits of a hash in front, then 256 random ones.
const DEVICE_CODE = /^([\w-]{22})([\w-]{43})$/;

/** A fresh user code of eight letters, about 34 bits: short-lived, and guesses at it are limited (RFC 8628 §5.1). */
export function createUserCode(): string {
  return Array.from({ length: USER_CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** A user code as people read it. */
export function shownUserCode(userCode: string): string {
  return `${userCode.slice(0, USER_CODE_LENGTH / 2)}-${userCode.slice(USER_CODE_LENGTH / 2)}`;
}

/** A user code as somebody typed it, whatever the case and punctuation (§6.1); `undefined` when it is none. */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.replaceAll(/[\s\p{P}]/gu, '').replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
  return USER_CODE.test(letters) ? letters : undefined;
}

/** Under which name the authorization of a user code is kept. */
export function nameOfUserCode(userCode: string): string {
  return digest(userCode, NAME_BYTES);
}

/**
 * A fresh device code with 256 random bits. It begins with the name of its authorization, so that one key holds both codes: who
 * has it reads the user code on the same device.
 */
export function createDeviceCode(userCode: string): string {
  return nameOfUserCode(userCode) + randomId();
}

/** What stores know of a device code; `undefined` when it is none. */
export function readDeviceCode(deviceCode: string): DeviceCodes | undefined {
  const [, name, secret] = DEVICE_CODE.exec(deviceCode) ?? [];
  return name === undefined || secret === undefined ? undefined : { name, secretHash: digest(secret) };
}
