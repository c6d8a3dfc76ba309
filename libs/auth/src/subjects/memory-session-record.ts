/**
 * A session as memory stores keep it. Instants are on the clock
 * that nobody can set ({@link Clock.elapsed}).
 */
export interface SessionRecord<Facts = unknown> {
  readonly subject: string;
  readonly clientId: string;
  facts: Facts;
  readonly createdAt: number;
  readonly absoluteExpiresAt: number;
  /** Client and global epochs at login. */
  readonly epoch: number;
  generation: number;
  /** When the current generation was issued by a rotation; long ago before the first. */
  rotatedAt: number;
  /** When the current generation was handed out last, while nobody had used it. */
  answeredAt: number;
  /** How many answers with the current generation were taken for lost. */
  lostAnswers: number;
  /** When an access token that was handed out with the current generation was used first. */
  confirmedAt: number | undefined;
  lastUsedAt: number;
  idleExpiresAt: number;
}
