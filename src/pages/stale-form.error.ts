/** A form that was not written for this browser: another site's, or one from before somebody logged in or out in another tab. */
export class StaleFormError extends Error {
  override readonly name = 'StaleFormError';

  /** @param path where the form is shown as it is now */
  constructor(readonly path: string) {
    super('the form was not written for this browser');
  }
}
