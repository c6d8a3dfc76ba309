import { revokedTokenOf } from '../../subjects/issuer-keys.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { RecentRevocations } from './recent-revocations.js';
import { createSessionId, hashSubject } from '../../subjects/subject-keys.js';

const LIFETIME_MS = 900_000;
const TOKEN = revokedTokenOf(hashSubject('ada'), 't1');

function assemble(maxRevocationsInMemory = 100, legacyMs = 0) {
  const clock = new ManualClock();
  const recent = new RecentRevocations(clock, {
    accessTokenLifetimeMs: LIFETIME_MS,
    maxRevocationsInMemory,
    marksKeptUntil: legacyMs && clock.now() + legacyMs,
  });
  const token = {
    tokenId: 't1',
    sessionId: createSessionId('ada'),
    subject: 'ada',
    clientId: 'web',
    epoch: 7,
  };
  recent.noteGlobalEpoch(hashSubject('ada').charAt(0), 7);
  return { clock, recent, token };
}

describe('RecentRevocations', () => {
  it('is clear about what nothing recent concerns', () => {
    const { recent, token } = assemble();
    recent.note('token', 'another');
    recent.note('session', createSessionId('ada'));
    recent.note('subject', hashSubject('bob'));
    recent.note('client', 'app');
    expect(recent.verdictOn(token)).toBe('clear');
    expect(recent.verdictOn({ ...token, sessionId: undefined })).toBe('clear');
  });

  it('knows a revoked token and the tokens of an ended session', () => {
    const { recent, token } = assemble();
    recent.note('token', TOKEN);
    expect(recent.verdictOn(token)).toBe('revoked');
    expect(recent.verdictOn({ ...token, tokenId: 't2' })).toBe('clear');
    recent.note('session', token.sessionId);
    expect(recent.verdictOn({ ...token, tokenId: 't2' })).toBe('revoked');
  });

  it('[11-C] leaves the first use of a token to the store where an answer of its session was lost, and nothing else', () => {
    const { clock, recent, token } = assemble();
    const first = { ...token, generation: 1, lostAnswers: 1 };
    expect(recent.verdictOnFirst(first)).toBe('clear');
    recent.note('lost-answer', token.sessionId);
    expect(recent.verdictOnFirst(first)).toBe('suspect');
    expect(recent.verdictOnFirst({ ...first, sessionId: createSessionId('ada') })).toBe('clear');
    expect(recent.verdictOn(token)).toBe('clear');
    clock.advance(LIFETIME_MS);
    expect(recent.verdictOnFirst(first)).toBe('clear');
    recent.note('lost-answer', token.sessionId);
    recent.note('session', token.sessionId);
    expect(recent.verdictOnFirst(first)).toBe('revoked');
  });

  it.each([
    ['subject', hashSubject('ada')],
    ['client', 'web'],
    ['all', ''],
  ] as const)('leaves epochs to the store: %s', (kind, id) => {
    const { clock, recent, token } = assemble();
    recent.note(kind, id);
    expect(recent.verdictOn(token)).toBe('suspect');
    clock.advance(LIFETIME_MS);
    expect(recent.verdictOn(token)).toBe('clear');
    recent.sweep();
    expect(recent.size).toBe(0);
  });

  it('[11-E] knows nothing of tokens that may be older than what it remembers, as long as there are any', () => {
    const { clock, recent, token } = assemble(100, 2 * LIFETIME_MS);
    const legacy = { ...token, sessionId: undefined, epoch: undefined, issuedAt: 1 };
    expect(recent.verdictOn(legacy)).toBe('suspect');
    clock.advance(2 * LIFETIME_MS);
    expect(recent.verdictOn(legacy)).toBe('clear');
  });

  it('[11-F] knows nothing of credentials of schemes, which may live for longer than it remembers', () => {
    const { recent, token } = assemble();
    const { epoch: _, ...key } = { ...token, sessionId: undefined, scheme: 'Key' };
    expect(recent.verdictOn({ ...key, epoch: undefined })).toBe('suspect');
    expect(recent.verdictOn({ ...key, epoch: token.epoch })).toBe('suspect');
    recent.note('token', TOKEN);
    expect(recent.verdictOn({ ...key, epoch: undefined })).toBe('revoked');
  });

  it('[11-A] remembers a revocation for as long as a token that it may concern, whatever its own settings say', () => {
    const { clock, recent, token } = assemble(3);
    recent.note('token', TOKEN, 3 * LIFETIME_MS);
    recent.note('subject', hashSubject('ada'), 3 * LIFETIME_MS);
    recent.note('token', TOKEN, 1);
    clock.advance(3 * LIFETIME_MS - 1);
    recent.sweep();
    expect(recent.verdictOn(token)).toBe('revoked');
    expect(recent.verdictOn({ ...token, tokenId: 't2' })).toBe('suspect');
    clock.advance(1);
    expect(recent.verdictOn(token)).toBe('clear');
  });

  it('[11-A] vouches for nothing as long as a token may live that a missing entry concerns', () => {
    const { clock, recent, token } = assemble(1);
    recent.note('token', 'another');
    recent.note('token', 'one more', 3 * LIFETIME_MS);
    recent.note('token', 'and more');
    clock.advance(3 * LIFETIME_MS - 1);
    expect(recent.verdictOn(token)).toBe('suspect');
    clock.advance(1);
    expect(recent.verdictOn(token)).toBe('clear');
  });

  it('vouches for nothing issued before the store lost its data', () => {
    const { recent, token } = assemble();
    const partition = hashSubject('ada').charAt(0);
    recent.noteGlobalEpoch(partition, 8);
    expect(recent.verdictOn(token)).toBe('suspect');
    recent.noteGlobalEpoch(partition, undefined);
    expect(recent.verdictOn({ ...token, epoch: 9 })).toBe('suspect');
  });

  it('vouches for nothing while it is too full to be complete', () => {
    const { clock, recent, token } = assemble(1);
    recent.note('token', 'another');
    expect(recent.verdictOn(token)).toBe('clear');
    recent.note('token', 'one more');
    expect(recent.verdictOn(token)).toBe('suspect');
    clock.advance(LIFETIME_MS);
    expect(recent.verdictOn(token)).toBe('clear');
  });

  it('[10-9] forgets nothing while the clock is set forth and back', () => {
    const { clock, recent, token } = assemble();
    recent.note('token', TOKEN);
    clock.set(10 * LIFETIME_MS);
    recent.sweep();
    expect(recent.verdictOn(token)).toBe('revoked');
    clock.set(-20 * LIFETIME_MS);
    clock.advance(LIFETIME_MS);
    expect(recent.verdictOn(token)).toBe('revoked');
  });

  it('[10-9] vouches for nothing after the global epoch went back: the store lost its data under a slower clock', () => {
    const { recent, token } = assemble();
    const partition = hashSubject('ada').charAt(0);
    recent.noteGlobalEpoch(partition, undefined);
    recent.noteGlobalEpoch(partition, 5);
    expect(recent.verdictOn(token)).toBe('suspect');
  });
});
