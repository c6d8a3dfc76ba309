import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 20;

/** Waits until `condition` answers true; a condition that throws counts as "not yet". Fails after `timeoutMs`, naming `what`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < giveUpAt) {
    try {
      if (await condition()) return;
    } catch (error) {
      lastError = error;
    }
    await pause(PAUSE_MS);
  }
  throw new Error(`Gave up after ${timeoutMs} ms waiting until ${what}`, { cause: lastError });
}
