/** What must never happen, happened. */
export class Violation extends Error {}
