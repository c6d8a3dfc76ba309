import type { ApiKeyStore } from 'nestjs-gatehouse';

export declare class NewKeyDto {
  readonly name: string;
}

export declare const users: { find(subject: string): Promise<{ readonly roles: string[] } | undefined> };
export declare const store: ApiKeyStore;
export declare function makeEverythingOlder(ms: number): Promise<void>;
