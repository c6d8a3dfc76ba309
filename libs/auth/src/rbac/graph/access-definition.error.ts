/** What can be wrong with a definition. */
type AccessProblemKind = 'cycle' | 'unknown-parent' | 'malformed' | 'duplicate';

/** One thing that is wrong with a definition, and where. */
type AccessDefinitionProblem = {
  readonly kind: AccessProblemKind;
  /** The role (or scope) the problem is in. */
  readonly role: string;
  /** One sentence that names the place. */
  readonly message: string;
  /**
   * Of a cycle: its roles along `inherits`, the first one again at the end (`a`, `b`, `a`). Roles that inherit from each
   * other in several ways have one path.
   */
  readonly path?: readonly string[];
  /** The list the problem is in. */
  readonly list?: 'roles' | 'inherits' | 'grants' | 'scopes' | 'permissions';
  /** The value that is wrong, when it is text. */
  readonly name?: string;
  /** Index of the value in its list. */
  readonly index?: number;
  /** First character of the value that is wrong, 0-based. */
  readonly position?: number;
};

const SHOWN = 20;

/** A definition was rejected as a whole, with **every** problem that was found in it. */
export class AccessDefinitionError extends Error {
  override readonly name = 'AccessDefinitionError';

  constructor(readonly problems: readonly AccessDefinitionProblem[]) {
    const lines = problems.slice(0, SHOWN).map(({ message }) => `\n  - ${message}`);
    const rest = problems.length > SHOWN ? `\n  … and ${problems.length - SHOWN} more (see problems)` : '';
    super(`${problems.length} problem(s) in the access definition:${lines.join('')}${rest}`);
  }
}
