import { KeySpace } from '../redis/key-space.js';
import { createSessionId, hashSubject, isSessionId, subjectHashOf } from './subject-keys.js';
import { SubjectKeys } from './subject-keys.js';

const keySpace = new KeySpace('gh');
const tagOf = (key: string): string => /\{(.*?)\}/.exec(key)?.[1] ?? '';

describe('a session id', () => {
  it('begins with the hash of its subject and never repeats', () => {
    const [id, other] = [createSessionId('ada'), createSessionId('ada')];
    expect(subjectHashOf(id)).toBe(hashSubject('ada'));
    expect(id).not.toBe(other);
    expect(isSessionId(id)).toBe(true);
  });

  it.each([
    '',
    'x',
    createSessionId('a').slice(1),
    `${createSessionId('a')}A`,
    `${'A'.repeat(43)}B`,
    `${'A'.repeat(21)}B${'A'.repeat(22)}`,
    'ä'.repeat(44),
  ])('is not %j', (text) => {
    expect(isSessionId(text)).toBe(false);
  });
});

describe('SubjectKeys', () => {
  it('puts everything about a subject under one hash tag, whatever the names', () => {
    for (const subject of ['ada', '{x}', '}', 'client:job']) {
      const id = createSessionId(subject);
      const keys = SubjectKeys.ofSubject(keySpace, subject);
      const all = [
        keys.record(id),
        keys.endMark(id),
        keys.lostAnswers(id),
        keys.token('{t}'),
        keys.index,
        keys.feed,
        ...keys.epochs('{c}'),
      ];
      expect(new Set(all.map(tagOf)).size).toBe(1);
      expect(new Set(all).size).toBe(all.length);
      expect(SubjectKeys.ofSession(keySpace, id)).toEqual(keys);
      expect(SubjectKeys.ofToken(keySpace, { sessionId: id, subject })).toEqual(keys);
      expect(SubjectKeys.ofToken(keySpace, { sessionId: 'of another issuer', subject })).toEqual(keys);
    }
  });

  it('keeps what another issuer says beside ours in the same partition, under names of its own', () => {
    const ours = SubjectKeys.ofSubject(keySpace, 'ada');
    const all = [ours, ours.ofIssuer('a'), ours.ofIssuer('b')].flatMap((keys) => [
      keys.token('t'),
      keys.apiKey('k'),
      keys.apiKeys,
      keys.apiKeyEpochs,
      keys.raisedFor,
    ]);
    expect(new Set(all).size).toBe(15);
    expect(new Set(all.map(tagOf)).size).toBe(1);
  });

  it('has one set of global keys for each partition a subject can be in', () => {
    const tags = new Set(SubjectKeys.ofEveryPartition(keySpace).map(({ globalEpoch }) => tagOf(globalEpoch)));
    expect(tags.size).toBe(64);
    for (let count = 0; count < 500; count++) {
      const { globalEpoch } = SubjectKeys.ofSubject(keySpace, `user-${count}`);
      expect(tags).toContain(tagOf(globalEpoch));
    }
  });
});
