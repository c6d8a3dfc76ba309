/** Where `SwaggerModule` mounts all it has, beside Nest: no guard stands before it, on purpose. */
export const API_DOCS = '/docs';
