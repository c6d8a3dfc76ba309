/**
 * How one kind of window is kept in Redis, as pieces of Lua. Scripts put the pieces together as text, because a function
 * call or a table would cost more than the rest of such a short script. The pieces share local variables:
 * `call` (redis.call), `unpacked` (struct.unpack), `key`, `now`, `window` (µs), `limit`, `cost`.
 */
export interface WindowCode {
  /** Names the local variables of the pieces. */
  readonly locals: string;
  /** Sets `used`, `blocked` (end of the block or 0) and `first_exit` (when the oldest unit leaves); writes nothing. */
  readonly look: string;
  /** Sets `exit` to when `lacking` units (2 or more) will have left; follows `look`. */
  readonly exit: string;
  /** Adds `cost` units of now; follows `look`. */
  readonly spend: string;
  /** Blocks for `span` (µs); units are kept. */
  readonly block: string;
  /** Blocks for `span` (µs) and forgets the units. */
  readonly shut: string;
  /** Takes the newest `units` out. */
  readonly reward: string;
}

/** Both kinds of code, where a call has windows of both. */
export function eitherCode(exact: WindowCode, bounded: WindowCode): WindowCode {
  const either = (piece: keyof WindowCode): string =>
    `if precision == 'exact' then ${exact[piece]} else ${bounded[piece]} end`;
  return {
    locals: `${exact.locals} ${bounded.locals}`,
    look: either('look'),
    exit: either('exit'),
    spend: either('spend'),
    block: either('block'),
    shut: either('shut'),
    reward: either('reward'),
  };
}
