import { type INestApplication, RequestMethod, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { nestMetadata as keys } from '../../context/nest-internals.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import type { InjectedRequest } from './injected-request.js';
import { routePathsOf } from './nest-app-internals.js';

type Target = Omit<InjectedRequest, 'address'>;
type Versioning = NonNullable<ReturnType<ApplicationConfig['getVersioning']>>;

/**
 * Requests to a handler, one for each way that leads to it, with something in the place of each parameter of its path; or why nobody
 * can tell what to ask for.
 */
export function requestsTo({ type, method }: Handler, app: INestApplication): readonly Target[] | string {
  const config = app.get(ApplicationConfig, { strict: false });
  const modules = app.get(ModulesContainer, { strict: false });
  const paths = routePathsOf(app);
  if (paths === undefined) return [];
  const of = (key: string, target: object): unknown => Reflect.getMetadata(key, target) as unknown;
  const versioning = config.getVersioning();
  const requestMethod = of(keys.method, method) as RequestMethod;
  const versions = {
    controllerVersion: of(keys.version, type) ?? versioning?.defaultVersion,
    methodVersion: of(keys.version, method),
  };
  const hosts = [of(keys.host, type)].flat().filter((each) => each !== undefined);
  const host = hosts.find((each) => typeof each === 'string');
  if (hosts.length > 0 && host === undefined) return 'its host is a pattern';
  const version = versions.methodVersion ?? versions.controllerVersion;
  if (versioning?.type === VersioningType.CUSTOM && version !== undefined)
    return 'the app reads versions in a way of its own';
  const at = (ctrlPath: string, methodPath: string, modulePath: unknown): readonly string[] =>
    paths.create(
      {
        ...versions,
        ctrlPath,
        methodPath,
        modulePath,
        globalPrefix: config.getGlobalPrefix(),
        versioningOptions: versioning,
      },
      requestMethod,
    );
  const headers = {
    ...(host !== undefined && { host: filled(host) }),
    ...(versioning && versionHeaders(versioning, version)),
  };
  const urls = [...modules.values()]
    .filter(({ controllers }) => controllers.has(type))
    .flatMap(({ metatype }) => {
      const modulePath = of(`${keys.modulePath}${modules.applicationId}`, metatype);
      return listOf(of(keys.path, type)).flatMap((outer) =>
        listOf(of(keys.path, method)).flatMap((inner) => at(outer, inner, modulePath)),
      );
    });
  if (!urls.every(isFillable)) return 'its path has a parameter with a pattern';
  const verb = requestMethod === RequestMethod.ALL ? 'GET' : RequestMethod[requestMethod];
  return [...new Set(urls)].map((url) => ({ method: verb ?? 'GET', url: filled(url), headers }));
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

function listOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return [typeof value === 'string' ? value : ''];
}
