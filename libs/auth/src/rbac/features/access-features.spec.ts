import type { ModulesContainer } from '@nestjs/core';
import { AccessDefinitionError } from '../graph/access-definition.error.js';
import type { AccessDefinition } from '../graph/access-definition.js';
import { checkDefinition } from '../graph/checked-definition.js';
import type { RbacSettings } from '../rbac.settings.js';
import type { AccessFeature } from './access-feature.js';
import { ACCESS_FEATURE, AccessFeatures } from './access-features.js';

const articles: AccessFeature = {
  name: 'articles',
  permissions: ['articles:read'],
  scopes: { 'articles.read': ['articles:read'] },
};
const [row, table] = [['own', ['a']], { own: ['a'] }];

/** The scopes and permissions of a definition once a feature was added to it. */
const read = (given: object, feature: AccessFeature = articles) => {
  const instance = { providers: new Map([[ACCESS_FEATURE, { instance: feature }]]) };
  const features = AccessFeatures.among(new Map([['module', instance]]) as unknown as ModulesContainer);
  const settings = { definition: { roles: {}, ...given } as AccessDefinition } as RbacSettings;
  const { scopes, permissions } = checkDefinition(features.extend(settings).definition).definition;
  return { scopes: Object.fromEntries(scopes), permissions };
};

class Rows {
  readonly own = ['a'];
}

describe('a definition that features add to', () => {
  it.each([
    ['a list that lost its rows', []],
    ['null', null],
    ['a number', 7],
    ['a text', 'own'],
    ['a Set', new Set()],
    ['an instance of a class', new Rows()],
    ['a name twice', [row, ['own', ['*']]]],
    ['a row that is none', [row, ['b']]],
  ])('is refused as it is without them, for scopes that are %s', (_, scopes) => {
    for (const feature of [articles, { name: 'none' }])
      expect(() => read({ scopes }, feature)).toThrow(AccessDefinitionError);
  });

  it.each([
    ['null', null],
    ['an object', {}],
    ['a Set', new Set(['a'])],
    ['a name twice', ['a', 'a']],
    ['something else', ['a', 7]],
  ])('is refused as it is without them, for permissions that are %s', (_, permissions) => {
    for (const feature of [articles, { name: 'none' }])
      expect(() => read({ permissions }, feature)).toThrow(AccessDefinitionError);
  });

  it.each([[[row]], [new Map(Object.entries(table))], [table]])('keeps its scopes: %j', (scopes) =>
    expect(read({ scopes }).scopes).toEqual({ ...table, ...articles.scopes }),
  );

  it.each([{}, { scopes: {} }, { scopes: new Map() }, { permissions: [] }])('may have none: %j', (none) =>
    expect(read(none)).toEqual({ scopes: articles.scopes, permissions: articles.permissions }),
  );

  it('is itself where they add nothing', () => {
    expect(read({}, { name: 'none' })).toEqual({ scopes: {}, permissions: undefined });
    expect(read({ permissions: [] }, { name: 'none' }).permissions).toEqual([]);
  });
});
