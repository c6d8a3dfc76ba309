import type { RedisScript } from '../../../../libs/auth/src/redis/redis-script.js';
import { dropOutdatedScript } from '../../../../libs/auth/src/sessions/scripts/drop-outdated.lua.js';
import { openSessionScript } from '../../../../libs/auth/src/sessions/scripts/open-session.lua.js';
import { pageSessionsScript } from '../../../../libs/auth/src/sessions/scripts/page-sessions.lua.js';
import { readSessionsScript } from '../../../../libs/auth/src/sessions/scripts/read-sessions.lua.js';
import { revokeOthersScript } from '../../../../libs/auth/src/sessions/scripts/revoke-others.lua.js';
import { rotateSessionScript } from '../../../../libs/auth/src/sessions/scripts/rotate-session.lua.js';
import { advanceEpochScript } from '../../../../libs/auth/src/token-blacklist/scripts/advance-epoch.lua.js';
import { confirmUseScript } from '../../../../libs/auth/src/token-blacklist/scripts/confirm-use.lua.js';
import { revokeSessionScript } from '../../../../libs/auth/src/token-blacklist/scripts/revoke-session.lua.js';
import { revokeSubjectScript } from '../../../../libs/auth/src/token-blacklist/scripts/revoke-subject.lua.js';

/** The scripts of sessions and revocations, as they are. */
export const soundScripts: readonly Pick<RedisScript, 'name' | 'body'>[] = [
  openSessionScript,
  rotateSessionScript,
  revokeOthersScript,
  pageSessionsScript,
  readSessionsScript,
  dropOutdatedScript,
  confirmUseScript,
  revokeSessionScript,
  revokeSubjectScript,
  advanceEpochScript,
];
