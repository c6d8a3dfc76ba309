const origins = ['secret', 'privateKey', 'privateKeyFile', 'remote', 'source', 'managedFile'] as const;
const signing = ['secret', 'remote'] as const;

/** Each of them excludes all others. */
const each = (names: readonly string[]): [string, string][] =>
  names.flatMap((name) =>
    names.filter((other) => other !== name).map((other): [string, string] => [name, other]),
  );

/** Of two that exclude each other, the one that gives way while the other is looked at. */
export const rivals: readonly (readonly [string, string])[] = [
  ...each(origins),
  ...signing.flatMap((name) => each([name, 'algorithm'])),
  ...origins.slice(0, -2).flatMap((name) => each([name, 'rotation'])),
  ...each(['secret', 'secretFile']),
  ...each(['jwksUri', 'discovery']),
  ['dangerouslyUseMemoryStoresInProduction', 'redis'],
  ['redis', 'dangerouslyUseMemoryStoresInProduction'],
  ['url', 'client'],
  ['client', 'url'],
  ['definition', 'source'],
  ['source', 'definition'],
  ...each(['accessCookie', 'fingerprintCookie']),
  ['memory', 'redis'],
  ['redis', 'memory'],
];
