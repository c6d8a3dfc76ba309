/**
 * Add the type of your definition here, and all decorators and checks accept its names only. Without it they take any
 * string.
 * @example
 * ```ts
 * declare module 'nestjs-gatehouse' {
 *   interface Register { access: typeof access }
 * }
 * ```
 */
export interface Register {
  /** Never present. An empty interface would accept any type. */
  readonly __gatehouse?: never;
}

type Registered = Register extends { readonly access: infer A } ? A : undefined;

type KeysOf<T> = Extract<keyof T, string>;
type ElementOf<T> = T extends readonly (infer E extends string)[] ? E : never;

type GrantOf<A> = A extends { readonly roles: infer R }
  ? { [Name in keyof R]: R[Name] extends { readonly grants: infer G } ? ElementOf<G> : never }[keyof R]
  : never;

type WithoutWildcard<P> = P extends `${string}*${string}` ? never : P;
/** `posts:update:own` in a grant makes `posts:update` known: that is what a route asks for. */
type Unqualified<P> = P extends `${infer Whole}:own` ? Whole : never;
type Known<P> = WithoutWildcard<P> | Unqualified<WithoutWildcard<P>>;

/** Role names of the registered definition; any string without one. */
export type RoleName = Registered extends { readonly roles: infer R } ? KeysOf<R> : string;

/** Permissions the registered definition grants by name or lists; never a wildcard. Any string without a definition. */
export type PermissionName = Registered extends { readonly roles: unknown }
  ? Known<GrantOf<Registered>> | (Registered extends { readonly permissions: infer P } ? ElementOf<P> : never)
  : string;

/** Scope tokens of the registered definition; any string when it has none. */
export type ScopeName = Registered extends { readonly scopes: infer S }
  ? [KeysOf<S>] extends [never]
    ? string
    : KeysOf<S>
  : string;
