type Method = (...given: never[]) => unknown;
type MethodOf<T> = { [K in keyof T]-?: T[K] extends Method ? K : never }[keyof T];

/** Undoes what was put around a method. */
export type Undo = () => void;

/**
 * Puts something around a method of one object. So what is measured knows nothing of it, and an app that measures nothing runs what
 * it would run without: no test, no call, no object more (docs/decisions/telemetry.md).
 */
export function around<T extends object, K extends MethodOf<T>>(
  target: T,
  name: K,
  wrap: (method: T[K]) => T[K],
): Undo {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const method = target[name] as Method;
  target[name] = wrap(((...given: never[]) => method.apply(target, given)) as T[K]);
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
  };
}

/**
 * The method, with a look at what it answers and throws: at once or, where it answers a promise, later. What comes out is what came out
 * before.
 */
export function watched<Given extends unknown[], Answer>(
  method: (...given: Given) => Answer | Promise<Answer>,
  onAnswer: (answer: Answer, given: Given, waited: boolean) => void,
  onFailure: (error: unknown, given: Given) => void = () => {},
): (...given: Given) => Answer | Promise<Answer> {
  return (...given) => {
    let answer: Answer | Promise<Answer>;
    try {
      answer = method(...given);
    } catch (error) {
      onFailure(error, given);
      throw error;
    }
    if (!(answer instanceof Promise)) {
      onAnswer(answer, given, false);
      return answer;
    }
    return answer.then(
      (found) => {
        onAnswer(found, given, true);
        return found;
      },
      (error: unknown) => {
        onFailure(error, given);
        throw error;
      },
    );
  };
}
