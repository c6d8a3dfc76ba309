import type { FactoryProvider, InjectionToken, Provider, Type } from '@nestjs/common';
import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { isObject, type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { closingMedium } from '../stores/closing-medium.js';

/** How something of the host is found: a class (made inside the module), or any other Nest provider. */
export type HostProvider<T> =
  | Type<T>
  | { readonly useClass: Type<T> }
  | { readonly useExisting: unknown }
  | { readonly useValue: T }
  | Pick<FactoryProvider<T>, 'useFactory' | 'inject'>;

/** What the code of a host has to have. */
export interface HostPort {
  readonly methods: readonly string[];
  /** How to say so: "a class with …". */
  readonly expected: string;
}

/** Every form of a provider, as one. */
interface AnyProvider {
  readonly useClass?: unknown;
  readonly useExisting?: unknown;
  readonly useValue?: unknown;
  readonly useFactory?: unknown;
  readonly inject?: unknown;
}

const FORMS = ['useClass', 'useExisting', 'useValue', 'useFactory'] as const;

/** Looks at what was given for a provider; what can't be one is a finding. */
export function checkHostProvider(
  given: unknown,
  path: string,
  findings: ConfigurationFindings,
  port: HostPort,
): void {
  if (isClass(given)) return;
  const expected = `a class with ${port.expected}`;
  if (typeof given === 'function') findings.add(path, `expected ${expected}`);
  else if (hasMethods(given, port))
    findings.add(path, 'is an object already: write { useValue: … } around it');
  else
    readOptions<AnyProvider, void>(given ?? null, path, findings, (read) => readForms(read, port), {
      expected: `${expected}, or a provider of one`,
    });
}

function readForms(read: OptionReader<AnyProvider>, port: HostPort): void {
  const given = FORMS.filter((form) => read.has(form));
  if (given.length !== 1)
    read.refuse(
      'useClass',
      `give one of ${FORMS.join(', ')}${given.length > 1 ? `, not ${given.length}` : ''}`,
    );
  read.instance('useClass', isClass, `a class with ${port.expected}`);
  read.instance('useExisting', isToken, 'the token of a provider');
  read.instance('useValue', (value) => hasMethods(value, port), `an object with ${port.expected}`);
  read.function('useFactory');
  read.list('inject', (entry) => entry);
}

/** The provider of `token` that was given: a class, or any other form of a provider. What a factory of the host opened is closed when the boot fails. */
export function hostProvider(token: InjectionToken, given: object): Provider {
  if (typeof given === 'function') return { provide: token, useClass: given as Type };
  const provider = { provide: token, ...given } as Provider;
  return 'useFactory' in provider ? closingMedium(provider) : provider;
}

/** Whether an object can do what it is there for; a class may keep its methods in fields, which only its instances have. */
export function hasMethods(
  value: unknown,
  { methods }: HostPort,
): value is Readonly<Record<string, unknown>> {
  return isObject(value) && methods.every((method) => typeof value[method] === 'function');
}

function isClass(value: unknown): boolean {
  return typeof value === 'function' && isObject(value.prototype);
}

function isToken(value: unknown): boolean {
  return (
    typeof value === 'function' || typeof value === 'symbol' || (typeof value === 'string' && value !== '')
  );
}
