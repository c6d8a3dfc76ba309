/** A key that can't be read; the message says why and never quotes the key. */
export class KeyMaterialError extends Error {
  override readonly name = 'KeyMaterialError';
}
