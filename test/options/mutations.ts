import { pathOf, type Place, placesIn, type Rivals, valueAt, withoutRivals, withValue } from './places.js';

/** One spoilt copy of the options. */
export interface Mutation {
  readonly what: string;
  readonly options: unknown;
  /** Where a finding has to stand. */
  readonly path: string;
  /** What was dropped: a finding elsewhere may ask for it by this name. */
  readonly missed?: string;
  /** What a finding there has to propose. */
  readonly nearest?: string;
  /** Whether it may be taken: what was dropped has a default, and some options take several kinds. */
  readonly mayBeTaken: boolean;
}

type Kind = 'text' | 'number' | 'true' | 'object' | 'list' | 'function';

/** What is known of an example beside its values. */
export interface Example {
  readonly options: object;
  readonly rivals: Rivals;
  /** Options with nothing of ours inside, whose names inside are the host's or someone else's. */
  readonly closed: readonly string[];
  /** Groups whose names are the host's: there is nothing to misspell. */
  readonly named: readonly string[];
  /** Kinds that an option takes besides that of its value in the example; by path without indexes. */
  readonly kinds: Readonly<Record<string, readonly Kind[]>>;
}

const WRONG: Readonly<Record<Kind, unknown>> = {
  text: ' no word of ours ',
  number: 42,
  true: true,
  object: { stray: 1 },
  list: [null],
  function: () => 1,
};

/** Every mutation of every option of an example. */
export function mutationsOf(example: Example): readonly Mutation[] {
  const places = placesIn(example.options, example.closed);
  return places.flatMap((place) => {
    const base = withoutRivals(example.options, example.rivals, place);
    return [
      ...wrongKinds(base, place, example),
      ...alterations(base, place, example),
      ...misspelling(base, place, example),
    ];
  });
}

function wrongKinds(base: unknown, place: Place, example: Example): Mutation[] {
  const value = valueAt(base, place);
  // Any number, flag and function is sound as such; a text or a group has a shape.
  const own = /^(number|boolean|function)$/.test(typeof value) ? [kindOf(value)] : [];
  const taken = [...own, ...takenAt(place, example)];
  return (Object.keys(WRONG) as Kind[]).map((kind) => ({
    what: `as ${kind}`,
    options: withValue(base, place, WRONG[kind]),
    path: pathOf(place),
    mayBeTaken: taken.includes(kind),
  }));
}

function alterations(base: unknown, place: Place, example: Example): Mutation[] {
  const name = String(place.findLast((step) => typeof step === 'string'));
  const path = pathOf(place);
  const altered = (what: string, value: unknown, mayBeTaken = false): Mutation => ({
    what,
    options: withValue(base, place, value),
    path,
    mayBeTaken,
  });
  return [
    altered('as null', null),
    altered('as NaN', Number.NaN),
    altered('as -1', -1),
    altered('as a fraction', 0.5),
    altered('one deeper', { [name]: valueAt(base, place) }, takenAt(place, example).includes('object')),
    // Of two that exclude each other one is missed at the group they stand in.
    { ...altered('dropped', undefined, true), path: pathOf(place.slice(0, -1)), missed: path },
  ];
}

function misspelling(base: unknown, place: Place, { named }: Example): Mutation[] {
  const [name, group] = [place.at(-1), String(place.at(-2))];
  if (typeof name !== 'string' || named.includes(group)) return [];
  const wrong = [...place.slice(0, -1), `${name}z`];
  const options = withValue(withValue(base, place, undefined), wrong, valueAt(base, place));
  return [{ what: 'misspelt', options, path: pathOf(wrong), nearest: name, mayBeTaken: false }];
}

function takenAt(place: Place, { kinds }: Example): readonly Kind[] {
  return kinds[pathOf(place.filter((step) => typeof step === 'string'))] ?? [];
}

function kindOf(value: unknown): Kind {
  if (typeof value === 'boolean') return 'true';
  return typeof value === 'number' ? 'number' : 'function';
}
