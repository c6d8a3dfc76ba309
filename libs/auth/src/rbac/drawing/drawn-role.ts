/** What of a role is drawn. */
export interface DrawnRole {
  readonly name: string;
  readonly inherits: readonly string[];
  readonly grants: readonly string[];
}
