import { holder, proof, type ProofShape } from '../../../../test/support/dpop/proofs.js';
import { MemoryOneTimeValueStore } from '../one-time-values/memory-one-time-value.store.js';
import { LastingSecret } from '../secret/lasting-secret.js';
import { ManualClock } from '../testing/manual-clock.js';
import { DPoPProofs } from './dpop-proofs.service.js';
import { ProofNonces } from './proof-nonces.js';

const URI = 'https://api.test/posts';
const MINUTE_MS = 60_000;
const settings = {
  isOn: true,
  isRequired: false,
  windowMs: MINUTE_MS,
  noncePeriodMs: MINUTE_MS,
  clockToleranceMs: 0,
  baseUrl: 'https://api.test',
};
const secret = (text = 'a secret of thirty-two characters'): Buffer => Buffer.from(text);

describe('DPoPProofs with nonces', () => {
  let clock: ManualClock;
  let proofs: DPoPProofs;
  const ada = holder();
  const keys = new LastingSecret([secret()]).keysFor('dpop-nonce');
  const nonces = (periodMs = MINUTE_MS, under = keys): ProofNonces => new ProofNonces(under, periodMs, clock);
  const proofsWith = (made: ProofNonces): DPoPProofs =>
    new DPoPProofs(settings, new MemoryOneTimeValueStore(clock), clock, made);
  beforeEach(() => {
    clock = new ManualClock();
    proofs = proofsWith(nonces());
  });
  const made = (shape: ProofShape = {}): string => proof(ada, ['GET', URI], shape);
  const check = (text: string) => proofs.check(text, { method: 'GET', target: '/posts' });
  const withNonce = (nonce: unknown, claims: object = {}): string => made({ claims: { nonce, ...claims } });

  it('[9449-42] needs the one of any instance', () => {
    expect(check(withNonce(nonces().current()))).toHaveProperty('jkt');
    for (const nonce of [undefined, '', 'x', 7, 'A'.repeat(30), nonces(MINUTE_MS, [secret()]).current()])
      expect(check(withNonce(nonce))).toMatchObject({ needsNonce: true });
  });

  it('[9449-42] asks for one only where nothing else is wrong', () => {
    expect(check(made({ key: holder().privateKey }))).not.toHaveProperty('needsNonce');
    expect(check(made({ claims: { htm: 'POST' } }))).not.toHaveProperty('needsNonce');
  });

  it('[9449-42] takes one for its period and the next, whatever the clock of the client says', () => {
    const text = withNonce(nonces().current(), { iat: 1 });
    clock.advance(MINUTE_MS);
    expect(check(text)).toHaveProperty('jkt');
    clock.advance(MINUTE_MS);
    expect(check(text)).toMatchObject({ needsNonce: true });
  });

  it('[9449-42] takes those under an older secret, and makes them under the newest', () => {
    const both = new LastingSecret([secret('another secret of thirty-two chars'), secret()]);
    proofs = proofsWith(nonces(MINUTE_MS, both.keysFor('dpop-nonce')));
    expect(check(withNonce(nonces().current()))).toHaveProperty('jkt');
    expect(proofs.nonce).not.toBe(nonces().current());
  });

  it('[9449-42] tells nothing of its key', () => {
    expect(JSON.stringify(nonces())).toBe('"[secret]"');
    expect(proofs.nonce).toMatch(/^[\w-]{30}$/);
  });
});
