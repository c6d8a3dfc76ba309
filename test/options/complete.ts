import type {
  ApiKeyStore,
  AuthModuleExtras,
  AuthModuleOptions,
  KeysOptions,
  KeySource,
  RedisConnection,
} from 'nestjs-gatehouse';
import type { AccessDefinition, RoleSource } from 'nestjs-gatehouse';
import type { RoleGraphSignal } from 'nestjs-gatehouse/rbac';

/** What has no options inside, though it is an object. */
type Opaque =
  RedisConnection | RoleSource | RoleGraphSignal | AccessDefinition | KeySource | ApiKeyStore | Date;

type Groups<T> = Exclude<Extract<T, object>, Buffer | ((...args: never[]) => unknown)>;

/** Options with every option at every depth: one that is missing doesn't compile. A group stands for its short forms. */
export type Complete<T> = T extends Opaque
  ? T
  : T extends readonly (infer Entry)[]
    ? readonly Complete<Whole<Entry>>[]
    : T extends object
      ? { readonly [Name in keyof T]-?: Complete<Whole<Exclude<T[Name], undefined>>> }
      : T;

type Whole<T> = [Groups<T>] extends [never] ? T : Groups<T>;

/** Keys with every option; the key itself is a text or an object of the host's. */
type CompleteKeys = Complete<Omit<KeysOptions, 'privateKey'>> & {
  readonly privateKey: readonly [
    Required<
      Extract<
        Extract<NonNullable<KeysOptions['privateKey']>, readonly unknown[]>[number],
        { readonly key: unknown }
      >
    >,
  ];
};

/** The options of `AuthModule`, extras included. */
export type CompleteAuthOptions = Complete<Omit<AuthModuleOptions, 'keys' | 'secret'>> & {
  readonly keys: CompleteKeys;
  readonly secret: readonly string[];
} & Required<AuthModuleExtras>;
