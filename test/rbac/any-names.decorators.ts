import { type ClauseDecorator, Permissions as P, Roles as R, Scopes as S } from 'nestjs-gatehouse/rbac';

// The sample application registers its own names for the whole program; these tests bring definitions of theirs.
export const Permissions = P as unknown as ClauseDecorator<string>;
export const Roles = R as unknown as ClauseDecorator<string>;
export const Scopes = S as unknown as ClauseDecorator<string>;
