import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { GRAPHQL_OPTIONS } from '../../context/nest-internals.js';

interface GraphqlOptions {
  readonly path?: string;
  readonly useGlobalPrefix?: boolean;
  readonly fieldResolverEnhancers?: readonly string[];
  /** Of a gateway: the options of what answers. */
  readonly server?: GraphqlOptions;
}

/** The GraphQL modules of an application, as its host configured them. */
export class GraphqlModules {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
  ) {}

  /** Whether Nest runs guards before fields, too. */
  guardFields(): boolean {
    return this.options().every(({ fieldResolverEnhancers }) => fieldResolverEnhancers?.includes('guards'));
  }

  /** Whether one of them answers at this path: it mounts its endpoint itself, and the resolvers behind are handlers like others. */
  answerAt(path: string): boolean {
    return this.options().some((options) => this.endpointOf(options.server ?? options) === path);
  }

  private endpointOf({ path = '/graphql', useGlobalPrefix = false }: GraphqlOptions): string {
    return `${useGlobalPrefix ? routePath(this.config.getGlobalPrefix()) : ''}${routePath(path)}`;
  }

  private options(): readonly GraphqlOptions[] {
    return [...this.modules.values()].flatMap(({ providers }) => {
      const options = providers.get(GRAPHQL_OPTIONS)?.instance as GraphqlOptions | null | undefined;
      return options === undefined || options === null ? [] : [options];
    });
  }
}

/** As GraphQL modules write it: one slash in front, none at the end. */
function routePath(path: string): string {
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  return rooted.length > 1 && rooted.endsWith('/') ? rooted.slice(0, -1) : rooted;
}
