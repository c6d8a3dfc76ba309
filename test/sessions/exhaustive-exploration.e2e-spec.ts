import { explore } from '../support/sessions/exploration/explore.js';
import { plantedBugs } from '../support/sessions/exploration/planted-bugs.js';

/**
 * One session on the real memory store (whose contract the others share), its owner's client, a thief who may copy what the
 * client holds at any time, and two instances that verify access tokens. Every refresh is three steps (presented, decided,
 * received), and may end between any two of them: the instance or the network has failed. Two refreshes of the client may
 * overlap, and one of the thief, who tries whatever it has. Instances start anew, the reuse window passes, and a
 * failover may lose that an access token was used.
 *
 * In every world: a client whose tokens nobody else has used is never logged out; a token whose successor was used gets
 * nothing, but within the window (and unless that use was lost); a token has one successor, for good; of answers that are
 * further apart than the window one is good, however often the session is refreshed afterwards; what has ended stays ended; and once client and thief have used what they have,
 * twice each, the session has ended.
 *
 * Assumed of an honest client: it presents its newest token, keeps an answer before it uses it, and no request of it takes
 * longer than the window.
 */
describe('[11-C] all ways from a login, explored', () => {
  it('end after 41 steps, in 82,624 worlds by 1,063,352 moves, and none of them goes wrong', async () => {
    expect(await explore()).toEqual({ depth: 41, worlds: 82_624, moves: 1_063_352 });
  }, 300_000);

  it.each(plantedBugs)(
    'find a planted bug: $bug',
    async ({ make, found }) => {
      await expect(explore(make)).rejects.toThrow(found);
    },
    120_000,
  );
});
