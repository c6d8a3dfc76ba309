import { AuthorizationCodeGrant } from '../../../libs/auth/src/oauth2/grants/authorization-code.grant.js';
import type { Answer } from '../app/client.js';
import { CALLBACK, type CodeShape, issueCode, type IssuedCode } from './issued-codes.js';
import {
  appSecret,
  confidentialClient,
  type GrantsStand,
  publicClient,
  startGrantsStand,
} from './grants-stand.js';
import { basic } from './oauth-caller.js';

const grants = ['authorization_code', 'refresh_token'];
const redirectUris = [CALLBACK];
/** A client that keeps a secret. */
export const webApp = { ...confidentialClient, grants, redirectUris };
/** A client of somebody else, that keeps one as well. */
export const otherApp = { ...webApp, id: 'another app' };
/** A client without a secret. */
export const spa = { ...publicClient, grants, redirectUris };
/** A client that may not refresh. */
export const kiosk = { ...spa, id: 'kiosk', grants: ['authorization_code'] };

type StandShape = Omit<Parameters<typeof startGrantsStand>[0], 'clients' | 'oauth'>;

/** A stand whose clients redeem codes. */
export interface CodeStand extends GrantsStand {
  issue(shape?: Partial<CodeShape>): Promise<IssuedCode>;
  /** Redeems a code as {@link webApp}, or another client that keeps the same secret. */
  redeem(form: Readonly<Record<string, string>>, as?: typeof webApp, at?: 'one' | 'other'): Promise<Answer>;
  /** What the tokens of an answer are good for: a protected route, and a refresh. */
  lives(answer: Answer): Promise<{ readonly access: number; readonly refresh: number }>;
}

/** Starts a {@link CodeStand}. */
export async function startCodeStand(shape: StandShape): Promise<CodeStand> {
  const stand = await startGrantsStand({
    ...shape,
    clients: [webApp, otherApp, spa, kiosk],
    oauth: { grants: [AuthorizationCodeGrant] },
  });
  const headerOf = ({ id }: typeof webApp): { header: string } => ({ header: basic(id, appSecret.secret) });
  return {
    ...stand,
    issue: (changed) => issueCode(stand.app.app, { client: webApp, ...changed }),
    redeem: (form, as = webApp, at = 'one') => stand[at].token(form, headerOf(as)),
    async lives({ body }) {
      const access = await stand.other.get('/auth/me', String(body['access_token']));
      const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
      const refresh = await stand.other.token(form, headerOf(webApp));
      return { access: access.status, refresh: refresh.status };
    },
  };
}
