const EXEMPT = Symbol.for('gatehouse:exempt-call');

/** Marks a call that the host exempted from authentication by its path; guards further on let it pass, with or without a caller. */
export function markExempt(request: object): void {
  Object.defineProperty(request, EXEMPT, { value: true });
}

/** Whether {@link markExempt} was called for this call. */
export function isExempt(request: object | undefined): boolean {
  return request !== undefined && EXEMPT in request;
}
