import type { RevocationJournal } from '../../../libs/auth/src/token-blacklist/repeats/revocation-journal.js';
import { until } from '../until.js';

/** Waits until each acknowledged revocation was looked at once on the server that acknowledged it. */
export async function untilLookedAt(journal: RevocationJournal): Promise<void> {
  await until('the revocations were looked at', () =>
    journal['kinds'].every(({ entries }) => [...entries.values()].every(({ round }) => round >= 0)),
  );
}
