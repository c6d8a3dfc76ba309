import type { OAuthClient } from 'nestjs-gatehouse';

export declare class ClientsRepository {
  findOneBy(where: { readonly id: string }): Promise<OAuthClient | undefined>;
}
