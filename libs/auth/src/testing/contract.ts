/** One named promise of a port; `run` throws (`node:assert`) when the implementation breaks it. */
export interface ContractCase<Harness> {
  readonly name: string;
  run(harness: Harness): Promise<void>;
}

/** What the contract of a store is run against that holds things for a time. */
export interface StoreHarness<Store> {
  readonly store: Store;
  /** The same data as another instance sees it. */
  readonly elsewhere: Store;
  /** Moves the store's time on. */
  advance(ms: number): Promise<void> | void;
}
