import { defineAccess } from 'nestjs-gatehouse';

/** Who may do what. A seed file can add roles and replace these. */
export const access = defineAccess({
  permissions: [
    'articles:read',
    'articles:write',
    'articles:update',
    'articles:delete',
    'clients:manage',
    'console:read',
    'console:write',
  ],
  roles: {
    viewer: { grants: ['articles:read'] },
    editor: {
      inherits: ['viewer'],
      grants: ['articles:write', 'articles:update:own', 'articles:delete:own'],
    },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: {
    'articles:read': ['articles:read'],
    'articles:write': ['articles:*'],
  },
});

// Types the names in every decorator: a misspelt role or permission doesn't compile.
declare module 'nestjs-gatehouse' {
  interface Register {
    access: typeof access;
  }
}
