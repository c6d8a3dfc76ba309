import type { Authentic } from './refresh-outcome.js';

/** Of authentic refresh tokens the newest of each session, by session; that of the latest login in front. */
export function newestBySession(
  found: readonly ({ readonly text: string } & Authentic)[],
  clientId: string | undefined,
): ReadonlyMap<string, string> {
  const newestInFront = found
    .filter((each) => 'facts' in each)
    .filter(({ facts }) => clientId === undefined || facts.clientId === clientId)
    .sort(
      (a, b) => b.facts.authenticatedAt - a.facts.authenticatedAt || b.token.generation - a.token.generation,
    );
  const ofSession = new Map<string, string>();
  for (const { text, token } of newestInFront)
    if (!ofSession.has(token.sessionId)) ofSession.set(token.sessionId, text);
  return ofSession;
}
