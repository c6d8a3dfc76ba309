import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { AccessFeature } from './access-feature.js';
import { ACCESS_FEATURE, AccessFeatures, refuseFeature } from './access-features.js';

const NO_GRAPH =
  'adds names to nothing: import AuthModule.forRoot({ … }), or RbacModule.forRoot({ … }), in the root module';
const TOO_LATE =
  'was loaded after the role graph was made (LazyModuleLoader): import it in a module that is there from the start';

/** What a feature module adds; see {@link featureModule}. */
@Module({})
export class AccessFeatureModule implements OnModuleInit {
  // It leads to the whole app: who shows this module doesn't mean that.
  readonly #app: ModuleRef;
  readonly #given: unknown;

  /** @throws AuthConfigurationError when the role graph was made without it */
  constructor(app: ModuleRef, @Inject(ACCESS_FEATURE) given: unknown) {
    this.#app = app;
    this.#given = given;
    const features = this.features();
    if (features !== undefined && !features.has(given)) refuseFeature(given, TOO_LATE);
  }

  /** @throws AuthConfigurationError when there is no role graph */
  onModuleInit(): void {
    if (this.features() === undefined) refuseFeature(this.#given, NO_GRAPH);
  }

  /** `undefined` while there are none yet. */
  private features(): AccessFeatures | undefined {
    try {
      const found: unknown = this.#app.get(AccessFeatures, { strict: false });
      return found instanceof AccessFeatures ? found : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The module of a feature; whatever is wrong with it is told at boot, with all else. */
export function featureModule(given: AccessFeature): DynamicModule {
  const list = <T>(value: unknown): T[] =>
    Array.isArray(value) ? (value as T[]).filter((entry) => entry !== undefined) : [];
  const owners = list<NonNullable<AccessFeature['owners']>[number]>(given?.owners).filter(
    (owner) => typeof owner === 'function',
  );
  return {
    module: AccessFeatureModule,
    imports: list(given?.imports),
    providers: [{ provide: ACCESS_FEATURE, useValue: given }, ...owners],
    exports: owners,
  };
}
