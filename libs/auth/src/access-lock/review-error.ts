/** A review that can't be made; its message is all that is printed. */
export class ReviewError extends Error {
  override readonly name = 'ReviewError';
}
