import { type NameKind, nameFault, wholeOf } from '../graph/names.js';

/** Checks the names given to a decorator when it is evaluated: an empty list must never make a route public. @throws TypeError */
export function namesOfDecorator(
  decorator: string,
  kind: NameKind,
  names: readonly unknown[],
): readonly string[] {
  if (names.length === 0) throw new TypeError(`@${decorator}() needs at least one ${kind}`);
  const checked = new Set<string>();
  for (const [index, name] of names.entries()) {
    const fault = nameFault(kind, name);
    if (fault !== undefined)
      throw new TypeError(
        `@${decorator}(): argument ${index} ${typeof name === 'string' ? `'${name}' ` : ''}${fault.message} (position ${fault.position})`,
      );
    const whole = kind === 'permission' ? wholeOf(name as string) : undefined;
    if (whole !== undefined)
      throw new TypeError(
        `@${decorator}() asks for '${String(name)}', but ':own' is for grants only; ask for '${whole}' and add @Owner()`,
      );
    if (checked.has(name as string)) throw new TypeError(`@${decorator}() names '${String(name)}' twice`);
    checked.add(name as string);
  }
  return Object.freeze([...checked]);
}
