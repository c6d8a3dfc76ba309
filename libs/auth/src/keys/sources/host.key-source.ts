import { KeyObject } from 'node:crypto';
import { keyProblem } from '../../jose/key-strength.js';
import { isSigningAlgorithm } from '../../jose/signing-algorithm.js';
import { withinDeadline } from '../../kernel/deadline.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import { type KeyRotationOutcome, type KeyRotationRequest, KeySource } from '../key-source.js';
import type { KeySet, VerificationKey } from '../signing-key.js';

const LOAD_DEADLINE_MS = 10_000;
const ROTATE_DEADLINE_MS = 60_000;
const EXPECTED = 'a list of keys made with externalSigningKey() or verificationKey(), one of which signs';

/** A source of the host. Its answers are checked, since they decide whose tokens are believed, and waited for only so long. */
export class HostKeySource extends KeySource {
  constructor(private readonly source: KeySource) {
    super();
  }

  /** @throws Error when the host's source fails, hangs, or answers no sound keys */
  async load(): Promise<KeySet> {
    return soundKeys('load', await inTime('load', LOAD_DEADLINE_MS, () => this.source.load()));
  }

  /** @throws Error as {@link load} */
  override async rotate(request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    const answer: unknown = await inTime('rotate', ROTATE_DEADLINE_MS, () => this.source.rotate(request));
    const { outcome, keys } = isObject(answer) ? answer : {};
    if (outcome !== 'rotated' && outcome !== 'already-rotated')
      throw new Error("rotate() has to answer the outcome 'rotated' or 'already-rotated', and the keys");
    return { outcome, keys: soundKeys('rotate', keys) };
  }

  override follow(onChange: () => void): () => void {
    return this.source.follow(onChange);
  }
}

function inTime<T>(verb: string, deadlineMs: number, ask: () => Promise<T>): Promise<T> {
  const late = (): Error => new Error(`${verb}() did not answer within ${deadlineMs / 1000} s`);
  return withinDeadline(ask, deadlineMs, late);
}

function soundKeys(verb: string, answer: unknown): KeySet {
  if (!Array.isArray(answer)) throw new Error(`${verb}() has to answer ${EXPECTED}`);
  if (answer.length === 0) throw new Error(`${verb}() has no keys to answer; expected ${EXPECTED}`);
  const kids = new Set<string>();
  for (const [at, key] of answer.entries()) {
    if (!isKey(key)) throw new Error(`entry ${at} of ${verb}() is no key; expected ${EXPECTED}`);
    const problem = kids.has(key.kid) ? 'its key id occurs twice' : keyProblem(key.key, key.algorithm);
    if (problem !== undefined) throw new Error(`the key ${key.kid} of ${verb}() can't be used: ${problem}`);
    kids.add(key.kid);
  }
  return answer as KeySet;
}

function isKey(value: unknown): value is VerificationKey {
  if (!isObject(value) || !isLifetime(value['lifetime'])) return false;
  const { kid, algorithm, key } = value;
  return typeof kid === 'string' && kid !== '' && isSigningAlgorithm(algorithm) && key instanceof KeyObject;
}

function isLifetime(value: unknown): boolean {
  const instants = ['activeFrom', 'retiringFrom', 'retiredFrom'];
  return isObject(value) && instants.every((name) => typeof value[name] === 'number');
}
