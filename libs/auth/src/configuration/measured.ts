/** Token of what can be measured of a module, see `Measured`. One for all copies of the package, and for entries that share no file. */
export const MEASURED = Symbol.for('gatehouse:measured');
