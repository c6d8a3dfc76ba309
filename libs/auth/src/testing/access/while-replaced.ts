/** What takes the place of something, and puts it back. */
interface Replacement {
  watch(): void;
  restore(): void;
}

interface InUse {
  readonly restore: () => void;
  works: number;
}

const inUse = new WeakMap<object, InUse>();

/** Replaces something of `owner` while some work is done; of works at the same time the first replaces, and the last one restores. */
export async function whileReplaced<T>(
  owner: object,
  { watch, restore }: Replacement,
  work: () => Promise<T>,
): Promise<T> {
  const use = inUse.get(owner) ?? { restore, works: 0 };
  if (use.works === 0) watch();
  use.works += 1;
  inUse.set(owner, use);
  try {
    return await work();
  } finally {
    use.works -= 1;
    if (use.works === 0) {
      inUse.delete(owner);
      use.restore();
    }
  }
}
