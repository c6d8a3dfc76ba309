import type { INestApplicationContext } from '@nestjs/common';

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
