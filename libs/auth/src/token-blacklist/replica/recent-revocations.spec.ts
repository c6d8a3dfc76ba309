import { ManualClock } from '../../testing/manual-clock.js';
import { RecentRevocations } from './recent-revocations.js';
import { createSessionId, hashSubject } from '../subject/session-id.js';

const LIFE_MS = 900_000;

function assemble(maxRevocationsInMemory = 100) {
  const clock = new ManualClock();
  const recent = new RecentRevocations(clock, { accessTokenLifeMs: LIFE_MS, maxRevocationsInMemory });
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
    recent.note('token', 't1');
    expect(recent.verdictOn(token)).toBe('revoked');
    expect(recent.verdictOn({ ...token, tokenId: 't2' })).toBe('clear');
    recent.note('session', token.sessionId);
    expect(recent.verdictOn({ ...token, tokenId: 't2' })).toBe('revoked');
  });

  it.each([
    ['subject', hashSubject('ada')],
    ['client', 'web'],
    ['all', ''],
  ] as const)('leaves epochs to the store: %s', (kind, id) => {
    const { clock, recent, token } = assemble();
    recent.note(kind, id);
    expect(recent.verdictOn(token)).toBe('suspect');
    clock.advance(LIFE_MS);
    expect(recent.verdictOn(token)).toBe('clear');
    recent.sweep();
    expect(recent.size).toBe(0);
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
    clock.advance(LIFE_MS);
    expect(recent.verdictOn(token)).toBe('clear');
  });
});
