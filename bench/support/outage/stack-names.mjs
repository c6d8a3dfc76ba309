/** The stacks that are compared; what they are made of stands in `stacks.mjs`, which only their processes load. */
export const stacks = {
  bare: 'bare framework',
  usual: 'usual stack, as in the READMEs',
  tuned: 'usual stack, Redis clients tuned',
  gatehouse: 'Gatehouse',
  bounded: 'Gatehouse, maxStaleness 10s',
};
