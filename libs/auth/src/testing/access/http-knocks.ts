import { VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import type { HttpRoutes } from '../../app-view/http-routes.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import type { InjectedRequest } from './injected-request.js';

type Target = Omit<InjectedRequest, 'address'>;
type Versioning = NonNullable<HttpRoutes['versioning']>;

/**
 * Requests to a handler, one for each way that leads to it, with something in the place of each parameter of its path; or why nobody
 * can tell what to ask for.
 */
export function requestsTo(handler: Handler, routes: HttpRoutes): readonly Target[] | string {
  const mounted = routes.of(handler);
  const { versioning } = routes;
  // Whichever module has it, these are those of its class and of itself.
  const [route] = mounted;
  if (route === undefined) return [];
  const { hosts, version, verb = 'GET' } = route;
  const host = hosts.find((each) => typeof each === 'string');
  if (hosts.length > 0 && host === undefined) return 'its host is a pattern';
  if (versioning?.type === VersioningType.CUSTOM && version !== undefined)
    return 'the app reads versions in a way of its own';
  const headers = {
    ...(host !== undefined && { host: filled(host) }),
    ...(versioning && versionHeaders(versioning, version)),
  };
  const urls = mounted.flatMap(({ paths }) => paths);
  if (!urls.every(isFillable)) return 'its path has a parameter with a pattern';
  return [...new Set(urls)].map((url) => ({
    method: verb === 'ALL' ? 'GET' : verb,
    url: filled(url),
    headers,
  }));
}

function versionHeaders(versioning: Versioning, versions: unknown): Readonly<Record<string, string>> {
  const [version] = [versions].flat().filter((each) => typeof each === 'string');
  if (version === undefined || version === (VERSION_NEUTRAL as unknown)) return {};
  if (versioning.type === VersioningType.HEADER) return { [versioning.header.toLowerCase()]: version };
  if (versioning.type === VersioningType.MEDIA_TYPE)
    return { accept: `application/json;${versioning.key}${version}` };
  return {};
}

const FILLING = '1';

/** Whether each parameter of a path takes what stands for it. */
function isFillable(path: string): boolean {
  return [...path.matchAll(/:\w+\(([^)]*)\)/g)].every(([, pattern = '']) => {
    try {
      return new RegExp(`^(?:${pattern})$`).test(FILLING);
    } catch {
      return false;
    }
  });
}

/** A path, or a host, as somebody sends it. */
function filled(path: string): string {
  // What is optional may hold what is optional: from the inside out.
  const given = path.replaceAll(/\{[^{}]*\}/g, '');
  if (given !== path) return filled(given);
  return path.replaceAll(/:\w+(?:\([^)]*\))?\??/g, FILLING).replaceAll(/\(\.\*\)|\*\w*/g, 'x');
}
