import { RedisScript } from '../../redis/redis-script.js';
import { revocationMarkFunctions } from '../../subjects/revocation-marks.lua.js';

/**
 * What was revoked so far, for a login that begins now.
 *
 * KEYS 1 to 3 revocation marks of subject, client and everybody. Reply: the revocations, as one text.
 */
export const beginLoginScript = new RedisScript(
  'begin-login',
  `${revocationMarkFunctions}
return (select(2, revocations_of(KEYS[1], KEYS[2], KEYS[3])))
`,
);
