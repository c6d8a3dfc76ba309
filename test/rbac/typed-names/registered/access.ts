import { defineAccess } from 'nestjs-gatehouse';

export const access = defineAccess({
  roles: {
    viewer: { grants: ['posts:read', 'drafts:edit:own'] },
    editor: { inherits: ['viewer'], grants: ['posts:create', 'posts:*:own'] },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: { 'blog.read': ['*:read'] },
  permissions: ['posts:update'],
});

// The main entry is augmented; `./rbac` and the main entry must both know the names afterwards.
declare module 'nestjs-gatehouse' {
  interface Register {
    access: typeof access;
  }
}

defineAccess({
  roles: {
    viewer: {},
    // @ts-expect-error a parent that isn't a role of the definition
    editor: { inherits: ['veiwer'] },
  },
});
