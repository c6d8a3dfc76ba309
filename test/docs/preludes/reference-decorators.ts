import { OwnershipResolver } from 'nestjs-gatehouse';

export declare class PostOwner extends OwnershipResolver {
  owns(): boolean;
}
