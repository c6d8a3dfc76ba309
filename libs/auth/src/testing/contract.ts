/** One named promise of a port; `run` throws (`node:assert`) when the implementation breaks it. */
export interface ContractCase<Harness> {
  readonly name: string;
  run(harness: Harness): Promise<void>;
}
