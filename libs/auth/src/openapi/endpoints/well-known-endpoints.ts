import { JwksDocument } from '../../http/well-known/jwks.document.js';
import { MetadataDocument } from '../../http/well-known/metadata.document.js';
import type { WellKnownDocument } from '../../http/well-known/well-known.document.js';
import type { Schema } from '../document.js';
import {
  answer,
  type EndpointContext,
  JSON_TYPE,
  named,
  object,
  type OwnEndpoint,
  text,
  texts,
} from './own-endpoint.js';

/** A document at the root, which is no controller. */
export function wellKnownEndpoint(context: EndpointContext, document: WellKnownDocument): OwnEndpoint {
  const { operationId, summary, type = JSON_TYPE, schema } = kindOf(document);
  return {
    operationId,
    summary,
    tag: 'Well-known',
    answers: {
      200: answer(context, 'The document.', {
        schema: named(context, schema.name, () => schema.schema),
        type,
        headers: ['ETag', 'Cache-Control'],
      }),
      304: answer(context, 'It is still the one of `If-None-Match`.', { headers: ['ETag', 'Cache-Control'] }),
    },
    refusals: ['store_unavailable'],
    security: [],
  };
}

interface Kind extends Pick<OwnEndpoint, 'operationId' | 'summary'> {
  readonly type?: string;
  readonly schema: { readonly name: string; readonly schema: Schema };
}

function kindOf(document: WellKnownDocument): Kind {
  if (document instanceof JwksDocument)
    return {
      operationId: 'gatehouse_jwks',
      summary: 'The keys that verify access tokens (RFC 7517)',
      type: 'application/jwk-set+json',
      schema: { name: 'GatehouseJwks', schema: jwksSchema },
    };
  if (document instanceof MetadataDocument)
    return {
      operationId: 'gatehouse_metadata',
      summary: 'What clients have to know of the authorization server (RFC 8414)',
      schema: { name: 'GatehouseMetadata', schema: metadataSchema },
    };
  return {
    operationId: 'gatehouse_protectedResource',
    summary: 'Who issues tokens for this service (RFC 9728)',
    schema: { name: 'GatehouseProtectedResource', schema: resourceSchema },
  };
}

const jwksSchema = object(
  {
    keys: {
      type: 'array',
      items: object({ kty: text(), kid: text(), alg: text(), use: text() }, ['kty']),
    },
  },
  ['keys'],
);

const metadataSchema = object(
  {
    issuer: text(),
    jwks_uri: text(),
    authorization_endpoint: text(),
    token_endpoint: text(),
    grant_types_supported: texts,
    response_types_supported: texts,
  },
  ['issuer', 'response_types_supported'],
);

const resourceSchema = object({ resource: text(), authorization_servers: texts, scopes_supported: texts }, [
  'resource',
]);
