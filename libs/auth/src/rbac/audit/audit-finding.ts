/** What the route audit can find. */
export type AuditFindingKind =
  | 'unguarded'
  | 'unguarded-default'
  | 'undecorated'
  | 'unknown-role'
  | 'unknown-permission'
  | 'unknown-scope'
  | 'shadowed'
  | 'contradiction'
  | 'own-without-resolver'
  | 'resolver-not-found';

/** One thing about one route that is wrong or surprising. */
export interface AuditFinding {
  readonly kind: AuditFindingKind;
  /** `PostsController.update`. */
  readonly handler: string;
  readonly message: string;
}

/** Stops the boot; lists every finding of the route audit. */
export class AccessAuditError extends Error {
  override readonly name = 'AccessAuditError';

  constructor(readonly findings: readonly AuditFinding[]) {
    super(`${findings.length} finding(s) of the route audit:${findings.map(lineOf).join('')}`);
  }
}

/** One line of a report. */
export function lineOf({ handler, message }: AuditFinding): string {
  return `\n  - ${handler}: ${message}`;
}
