import type { INestApplicationContext } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.js';
import { AuthSettings } from '../options/auth-settings.js';

/** Private constructors included. */
type Token<T> = { readonly prototype: T };

/** What the library made in an app. @throws Error in words of the kit where there is no such thing */
export function partOf<T>(app: INestApplicationContext, token: Token<T>, verb: string): T {
  if (typeof (app as Partial<INestApplicationContext> | undefined)?.get !== 'function')
    throw new TypeError(`${verb} needs the app, or its testing module, in front`);
  try {
    return app.get(token as never, { strict: false });
  } catch (cause) {
    throw new Error(`${verb} found no AuthModule.forRoot() in this app`, { cause });
  }
}

/** @throws TypeError for an app whose tokens another issuer makes, as long as that can't be reached, too */
export function refuseVerifier(app: INestApplicationContext, verb: string): void {
  const { keys, accessTokens } = partOf(app, AuthSettings, verb);
  if (keys.origin.kind === 'remote' || !partOf(app, KeyRing, verb).canSign)
    throw new TypeError(
      `${verb}: the keys of this app verify only, so it can't make a token by itself: give a test keys that sign`,
    );
  if (accessTokens.foreign !== undefined)
    throw new TypeError(
      `${verb}: this app takes tokens of another issuer (accessTokens.foreign), so a test has to be that issuer`,
    );
}
