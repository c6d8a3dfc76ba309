import { defineRouteMetadata, ownRouteMetadata, routeDecorator } from '../../context/handler-metadata.js';
import { ACCESS_CLAUSES, type AccessClause } from '../../context/route-layers.js';
import { namesOfDecorator } from './names-of-decorator.js';

type Decorator = MethodDecorator & ClassDecorator;

/** A decorator that takes one name or more. */
export type NamesDecorator<N extends string> = (first: N, ...more: N[]) => Decorator;

/** A decorator with its explicit forms. */
export interface ClauseModes<N extends string> extends NamesDecorator<N> {
  /** One of the names is enough. */
  readonly any: NamesDecorator<N>;
  /** Every name is needed. */
  readonly all: NamesDecorator<N>;
}

/** A decorator that adds a requirement; {@link override} replaces what outer layers ask of its kind. */
export interface ClauseDecorator<N extends string> extends ClauseModes<N> {
  /** Replaces the class's requirement of this kind instead of adding to it. */
  readonly override: ClauseModes<N>;
}

const NAME_KIND = { roles: 'role', permissions: 'permission', scopes: 'scope' } as const;

/** Makes the decorator of one kind of clause. */
export function clauseDecorator<N extends string>(
  label: string,
  kind: AccessClause['kind'],
  mode: AccessClause['mode'],
): ClauseDecorator<N> {
  const take =
    (form: string, as: AccessClause['mode'], override: boolean): NamesDecorator<N> =>
    (...names) => {
      const clause = { kind, mode: as, override, names: namesOfDecorator(form, NAME_KIND[kind], names) };
      return addClause(Object.freeze(clause));
    };
  const modes = (form: string, override: boolean): ClauseModes<N> =>
    Object.assign(take(form, mode, override), {
      any: take(`${form}.any`, 'any', override),
      all: take(`${form}.all`, 'all', override),
    });
  return Object.assign(modes(label, false), { override: modes(`${label}.override`, true) });
}

function addClause(clause: AccessClause): Decorator {
  return routeDecorator((place) => {
    const before = ownRouteMetadata<readonly AccessClause[]>(ACCESS_CLAUSES, place) ?? [];
    // Decorators run from the bottom up; clauses are kept as they are read.
    defineRouteMetadata(ACCESS_CLAUSES, Object.freeze([clause, ...before]), place);
  });
}
