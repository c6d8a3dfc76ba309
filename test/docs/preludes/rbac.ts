import { type AccessDefinition, OwnershipResolver, type Principal } from 'nestjs-gatehouse';

export declare const access: AccessDefinition;
export declare const principal: Principal;

export declare class Posts {
  find(id: string): Promise<{ readonly authorId: string } | undefined>;
}

export declare class PostsController {
  publish(): void;
}

export declare class ArticleOwner extends OwnershipResolver {
  owns(): boolean;
}

export class ArticlesDataModule {}
export class ArticlesController {}
export class DbModule {}

export declare class Database {
  roleEntries(): Promise<AccessDefinition['roles']>;
  onChange(changed: () => void): () => void;
}
