import type { KeySource } from 'nestjs-gatehouse';

export declare const vault: {
  publicKeys(): Promise<readonly { readonly id: string; readonly pem: string }[]>;
  sign(id: string, input: Uint8Array): Promise<Uint8Array>;
};
export declare function makeSource(): KeySource;
