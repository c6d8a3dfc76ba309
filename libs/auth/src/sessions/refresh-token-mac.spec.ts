import { randomId } from '../kernel/opaque.js';
import { createSessionId } from '../subjects/subject-keys.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { macOf } from '../../../../test/support/sessions/refresh-token-mac.js';
import { resolveSessionsSettings } from './sessions.settings.js';

const SALT = randomId(16);
const SECRET = randomId();
const sessionId = createSessionId('user');
const settings = resolveSessionsSettings({}, new ConfigurationFindings());
const mac = macOf(settings, [SECRET]);
const token = mac.write(sessionId, 7, SALT);

function authentic(text: string, by = mac, salt = SALT): boolean {
  const parts = mac.parse(text);
  return parts !== undefined && by.isAuthentic(parts, salt);
}

describe('a refresh token', () => {
  it('[obligation 13] [obligation 52] [obligation 63] is written with 128 random bits and a 256-bit MAC, and read back', () => {
    expect(token).toMatch(/^ghr_[A-Za-z0-9_-]{44}\.7\.[A-Za-z0-9_-]{43}$/);
    expect(mac.parse(token)).toMatchObject({ sessionId, generation: 7 });
    expect(authentic(token)).toBe(true);
  });

  it('is the same text each time it is written: the successor can be re-created', () => {
    expect(mac.write(sessionId, 7, SALT)).toBe(token);
  });

  const [head = '', , tail = ''] = token.split('.');
  it.each([
    ['a flipped generation', `${head}.8.${tail}`],
    ['an earlier generation', `${head}.6.${tail}`],
    ['another session', `ghr_${createSessionId('user')}.7.${tail}`],
    ['a flipped bit in the MAC', `${head}.7.${tail.startsWith('A') ? 'B' : 'A'}${tail.slice(1)}`],
    ['the MAC of another secret', macOf(settings, [randomId()]).write(sessionId, 7, SALT)],
    ['the MAC of another salt', mac.write(sessionId, 7, randomId(16))],
  ])('is refused with %s', (_, forged) => {
    expect(authentic(forged)).toBe(false);
  });

  const lastOf = (text: string): string => text.slice(-1);
  const respelled = (text: string): string => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(lastOf(text)) ^ 1);
  };
  it.each([
    ['a generation with a leading zero', `${head}.07.${tail}`],
    ['a signed generation', `${head}.+7.${tail}`],
    ['a generation in another notation', `${head}.7e0.${tail}`],
    ['a generation beyond all numbers', `${head}.${'9'.repeat(16)}.${tail}`],
    ['a re-spelled session id', `${respelled(head)}.7.${tail}`],
    ['another prefix', token.replace('ghr_', 'ghx_')],
    ['no prefix', token.slice(4)],
    ['an upper-case prefix', token.replace('ghr', 'GHR')],
    ['white space around', ` ${token}`],
    ['a line break behind', `${token}\n`],
    ['padding', `${token}=`],
    ['a part missing', `${head}.${tail}`],
    ['a part too many', `${token}.x`],
    ['a truncated MAC', token.slice(0, -1)],
    ['nothing', ''],
    ['a JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1In0.'],
    ['another alphabet', token.replaceAll(/[-_]/g, (char) => (char === '-' ? '+' : '/'))],
  ])('is not recognised with %s', (_, garbled) => {
    expect(mac.parse(garbled)).toBeUndefined();
  });

  it('is refused with a re-spelled MAC: spare bits of the last character set', () => {
    expect(authentic(respelled(token))).toBe(false);
  });
});

describe('the ring of MAC secrets', () => {
  const successor = randomId();

  it('verifies with each secret and signs with the newest: replacing one logs nobody out', () => {
    const during = macOf(settings, [successor, SECRET]);
    expect(authentic(token, during)).toBe(true);
    const renewed = during.write(sessionId, 8, SALT);
    const after = macOf(settings, [successor]);
    expect(authentic(renewed, after)).toBe(true);
    expect(authentic(token, after)).toBe(false);
  });
});
