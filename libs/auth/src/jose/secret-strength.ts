import { createPublicKey } from 'node:crypto';

// What templates leave behind to be replaced.
const PLACEHOLDER = /change.?(?:me|it|this)|replace.?(?:me|this|with)|your.{0,12}(?:secret|key)|placeholder/i;
// What people type while they try things out.
const MAKESHIFT =
  /secret|p[a4@][s5$]{2}.?(?:w[o0]r?d|phrase)|jwt.{0,6}key|qwerty|example|default|letmein|dummy|insecure|1234567|abcdefg/i;
const MIN_DISTINCT_BYTES = 8;

/** Why a secret of so many bits is no good, or `undefined`. Looks at its form only; never quotes it. */
export function secretProblem(secret: Buffer, neededBits: number): string | undefined {
  const text = secret.toString('utf8');
  if (isPublicMaterial(secret, text)) {
    return 'this is a key or certificate, not a secret: whoever knows the public part could sign tokens';
  }
  if (secret.length * 8 < neededBits) return tooFewBits(secret.length * 8, neededBits);
  return PLACEHOLDER.test(text) ? 'the secret looks like a placeholder' : undefined;
}

/**
 * Why a secret of the right form is no good in production, or `undefined`: it is too short for its hexadecimal digits,
 * repeats itself, or looks made up at a keyboard rather than drawn at random.
 */
export function makeshiftSecretProblem(secret: Buffer, neededBits: number): string | undefined {
  const text = secret.toString('utf8');
  if (isPredictable(secret)) return 'the secret is a repeated pattern';
  if (MAKESHIFT.test(text)) return 'the secret looks like a placeholder';
  const bits = strengthBits(secret, text);
  return bits < neededBits ? tooFewBits(bits, neededBits) : undefined;
}

function tooFewBits(bits: number, needed: number): string {
  return `the secret has at most ${bits} bits, at least ${needed} are needed: try "openssl rand -base64 ${needed / 8}"`;
}

// A key has as many bits as its bytes (RFC 7518 §3.2). Hexadecimal digits are the one spelling that surely holds half of them.
function strengthBits(secret: Buffer, text: string): number {
  return /^[0-9a-f]+$/i.test(text) ? text.length * 4 : secret.length * 8;
}

function isPredictable(secret: Buffer): boolean {
  if (new Set(secret).size < MIN_DISTINCT_BYTES) return true;
  // A text with a period occurs again inside its own doubling, before the end.
  const period = Buffer.concat([secret, secret]).indexOf(secret, 1);
  if (period < secret.length && period < 32) return true;
  return isRun(secret);
}

// "0123456789…" and "abcdef…": nearly every byte follows from the one before.
function isRun(secret: Buffer): boolean {
  let steps = 0;
  for (let at = 1; at < secret.length; at += 1) {
    if (Math.abs(secret.readUInt8(at) - secret.readUInt8(at - 1)) <= 1) steps += 1;
  }
  return steps > secret.length * 0.75;
}

function isPublicMaterial(secret: Buffer, text: string): boolean {
  if (/-----BEGIN |^\s*(?:ssh-|ecdsa-sha2-)|"kty"\s*:/.test(text)) return true;
  return [secret, Buffer.from(text, 'base64')].some(isDerPublicKey);
}

function isDerPublicKey(der: Buffer): boolean {
  if (der[0] !== 0x30) return false;
  return (['spki', 'pkcs1'] as const).some((type) => {
    try {
      createPublicKey({ key: der, format: 'der', type });
      return true;
    } catch {
      return false;
    }
  });
}
