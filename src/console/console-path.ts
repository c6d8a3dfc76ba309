/** Where the console is. */
export const CONSOLE_PATH = '/console';

const IN_CONSOLE = /^\/console(?:[/?]|$)/;

/** Whether an address of this app is one of the console. */
export const isInConsole = (path: string): boolean => IN_CONSOLE.test(path);

/** An address of the console with what it asks for. */
export function consolePath(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const text = new URLSearchParams(given).toString();
  return `${CONSOLE_PATH}${path}${text === '' ? '' : `?${text}`}`;
}

// A form can't be sent again by a redirect, and a login is no place to go to after a login.
const PAGES = new Set(
  ['', '/sessions', '/sessions/of', '/access', '/access/why', '/limits', '/keys', '/events', '/health'].map(
    (path) => CONSOLE_PATH + path,
  ),
);

/** Where a login leads to: a page of the console, and never elsewhere. @param wanted anything that somebody sent */
export function afterLogin(wanted: unknown): string {
  if (typeof wanted !== 'string' || !URL.canParse(wanted, 'http://app.invalid')) return CONSOLE_PATH;
  const { origin, pathname, search } = new URL(wanted, 'http://app.invalid');
  const path = pathname.replace(/\/$/, '');
  return origin === 'http://app.invalid' && PAGES.has(path) ? path + search : CONSOLE_PATH;
}
