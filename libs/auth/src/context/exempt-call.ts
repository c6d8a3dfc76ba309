const EXEMPT = Symbol.for('gatehouse:exempt-call');

/** Marks a call whose path the host exempted from authentication: guards further on treat it as `@Public()`. */
export function markExempt(carrier: object): void {
  Object.defineProperty(carrier, EXEMPT, { value: true });
}

/** Whether {@link markExempt} was called for this call. */
export function isExempt(carrier: object | undefined): boolean {
  return carrier !== undefined && EXEMPT in carrier;
}
