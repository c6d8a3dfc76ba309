import { assertion, signer } from '../../../../../test/support/oauth2/assertions.js';
import type { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import type { Clock } from '../../kernel/clock.js';
import { MemoryOneTimeValueStore } from '../../one-time-values/memory-one-time-value.store.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { ClientAssertions } from './client-assertions.service.js';
import { readAssertion } from './presented-assertion.js';

const settings = { clockToleranceMs: 5_000 } as AccessTokensSettings;
const audience = { names: () => ['https://auth.test'] };

describe('ClientAssertions', () => {
  it('[58] remembers an assertion for those instances as well whose clocks are behind', async () => {
    const clock = new ManualClock(Date.now());
    const behind = new ManualClock(clock.now() - 4_000);
    const used = new MemoryOneTimeValueStore(clock);
    const at = (each: Clock): ClientAssertions => new ClientAssertions(settings, audience, used, each);
    const shown = readAssertion(assertion());
    expect(await at(clock).problemOf(shown, signer)).toBeUndefined();
    for (const each of [clock, behind]) each.advance(66_000);
    expect(await at(clock).problemOf(shown, signer)).toBe('the assertion: it has expired');
    expect(await at(behind).problemOf(shown, signer)).toBe('the assertion was used before');
  });
});
