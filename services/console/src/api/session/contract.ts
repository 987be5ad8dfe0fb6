import { Audience } from '@marketops/contracts';
import { Role } from '../../access/roles.js';
import { body, json, named, operation, z } from '../define.js';

/** What somebody may do, and for whom. */
export const Grant = z
  .strictObject({
    /** `all`: every tenant there is or will be. */
    tenants: z.union([z.literal('all'), z.array(z.string()).min(1).max(1_000)]),
    roles: z.array(Role).min(1).max(5),
  })
  .openapi('Grant');

const SignedKey = z.strictObject({
  key_id: z.string(),
  /** `ed25519` or `webauthn-es256`. */
  algorithm: z.string(),
  public_key: z.string(),
  credential_id: z.string().nullable(),
  rp_id: z.string().nullable(),
  groups: z.array(z.string()),
  not_after: z.string().nullable(),
});

const Session = z
  .strictObject({
    kind: z.enum(['api_key', 'person']),
    /** In whose name is asked: a principal of marketops.yml, or a person. */
    principal: z.string(),
    /** What to show: a person's name, or what a key is called. */
    name: z.string(),
    expires_at: z.string().nullable(),
    grants: z.array(Grant),
    /** The operations of this API that the caller may call, for one tenant at least. */
    operations: z.array(z.string()),
    /** Keys of this principal in the keyring: what is said must be signed with one of them. */
    approver_keys: z.array(SignedKey),
    environment: z.string(),
    audience: named('Audience', Audience),
    /** This server's clock, UTC. */
    now: z.string(),
  })
  .openapi('Session');

const SignInMethods = z
  .strictObject({
    environment: z.string(),
    methods: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('api_key') }),
        /** Go there with the browser; `return_to` names the page to come back to. */
        z.strictObject({ kind: z.literal('oidc'), name: z.string(), url: z.string() }),
      ]),
    ),
  })
  .openapi('SignInMethods');

export const getSignInMethods = operation({
  operationId: 'getSignInMethods',
  method: 'get',
  path: '/v1/sign-in',
  tags: ['Session'],
  summary: 'How one signs in here',
  responses: { 200: json('The ways there are', SignInMethods) },
});

export const signIn = operation({
  operationId: 'signIn',
  method: 'post',
  path: '/v1/session',
  tags: ['Session'],
  summary: 'Sign a browser in with an API key',
  description: 'Sets a session cookie that ends with the key at the latest. The key itself is not kept.',
  request: { body: body(z.strictObject({ api_key: z.string().min(1).max(200) })) },
  responses: { 200: json('Who is signed in', Session) },
});

export const getSession = operation({
  operationId: 'getSession',
  method: 'get',
  path: '/v1/session',
  tags: ['Session'],
  summary: 'Who is signed in, and what they may do',
  responses: { 200: json('Who is signed in', Session) },
});

export const signOut = operation({
  operationId: 'signOut',
  method: 'delete',
  path: '/v1/session',
  tags: ['Session'],
  summary: 'End the session',
  responses: { 204: { description: 'It has ended' } },
});
