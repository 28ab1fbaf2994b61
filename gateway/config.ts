/** What a gateway is told, by flags, environment and file, checked in one place. */

import { z } from 'zod';
import { DEFAULT_ENDPOINTS } from '../feed/index.ts';
import { UserError } from '../feed/process/index.ts';
import {
  HANDSHAKE_BURST,
  HANDSHAKES_PER_SECOND,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_CONNECTIONS_PER_USER,
  USER_REQUEST_BURST,
  USER_REQUESTS_PER_SECOND,
} from './protocol/index.ts';

const DEFAULT_DRAIN_MS = 5000;
export const MAX_DRAIN_MS = 30_000;
/** More than any machine has processors for. */
const MAX_WORKERS = 256;
const ENVIRONMENT_PREFIX = 'TOUCHLINE_GATEWAY_';

const endpoint = z
  .string()
  .regex(/^(tcp|ipc|inproc):\/\/.+/, 'must look like tcp://127.0.0.1:7101');
const file = z.string().min(1);
const network = z
  .string()
  .regex(/^[\da-fA-F.:]+(\/\d{1,3})?$/, 'must look like 10.0.0.7 or 10.0.0.0/8');

function count(otherwise: number, least = 1) {
  return z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(least, `must be ${least} or more`)
    .default(otherwise);
}

const schema = z.strictObject({
  /** Endpoints of the engine's publisher. */
  feed: z.array(endpoint).min(1).default([DEFAULT_ENDPOINTS.publish]),
  /** Endpoints of relays, for book snapshots and repair. */
  repair: z.array(endpoint).min(1).default([DEFAULT_ENDPOINTS.relay]),
  host: z.string().min(1).default(DEFAULT_ENDPOINTS.gatewayHost),
  port: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(65_535, 'must be at most 65535')
    .default(DEFAULT_ENDPOINTS.gatewayPort),
  /** Gateways on this port, a process each. */
  workers: count(1).pipe(z.number().max(MAX_WORKERS, `must be at most ${MAX_WORKERS}`)),
  /** Whether other gateways may have this port, too. */
  sharePort: z.union([z.boolean(), z.stringbool('must be true or false')]).default(false),
  /** Clients of a gateway that ends are told to go elsewhere within this; 0 closes at once. */
  drain: count(DEFAULT_DRAIN_MS, 0).pipe(
    z.number().max(MAX_DRAIN_MS, `must be at most ${MAX_DRAIN_MS} ms`),
  ),
  /** Folder with the dashboard's built files; by default the project's own. */
  page: file.optional(),
  /** Origins of pages that may connect, besides those of this machine; "*" is any. */
  origin: z
    .array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must look like https://desk.example'))
    .default([]),
  /** Whether clients need a token; by default they do wherever other machines can reach the port. */
  auth: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
  /** What signs tokens: a secret, a public key in PEM, or a JSON Web Key Set; a file each. */
  authSecret: file.optional(),
  authKey: file.optional(),
  authKeySet: file.optional(),
  authIssuer: z.string().min(1).optional(),
  authAudience: z.string().min(1).optional(),
  /** Opens /admin and /metrics; a file. Without one /metrics is open on loopback only. */
  adminToken: file.optional(),
  /** Proxies whose word on a client's address counts. */
  trustedProxy: z.array(network).default([]),
  maxConnections: count(12_000),
  maxConnectionsPerAddress: count(MAX_CONNECTIONS_PER_ADDRESS),
  handshakeBurst: count(HANDSHAKE_BURST),
  handshakesPerSecond: count(HANDSHAKES_PER_SECOND),
  maxConnectionsPerUser: count(MAX_CONNECTIONS_PER_USER),
  userRequestBurst: count(USER_REQUEST_BURST),
  userRequestsPerSecond: count(USER_REQUESTS_PER_SECOND),
});

export type GatewayConfig = z.infer<typeof schema> & { readonly auth: 'on' | 'off' };

/** What may be changed while the gateway runs; anything else wants a restart. */
export const RELOADABLE: readonly (keyof GatewayConfig)[] = [
  'drain',
  'origin',
  'authSecret',
  'authKey',
  'authKeySet',
  'authIssuer',
  'authAudience',
  'adminToken',
  'maxConnectionsPerAddress',
  'handshakeBurst',
  'handshakesPerSecond',
  'maxConnectionsPerUser',
  'userRequestBurst',
  'userRequestsPerSecond',
];

/** Where options come from; the first that names one decides. */
export interface ConfigSources {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The configuration file: its name, and the text that it holds. */
  readonly file?: { readonly path: string; readonly text: string } | undefined;
}

/** Throws a `UserError` that names each wrong option, where it stands, and what is wrong with it. */
export function gatewayConfig(sources: ConfigSources): GatewayConfig {
  const options: Record<string, unknown> = {};
  const places = new Map<string, string>();
  const take = (name: string, value: unknown, place: string) => {
    if (value === undefined || name in options) return;
    options[name] = value;
    places.set(name, place);
  };
  for (const [name, value] of Object.entries(sources.flags ?? {})) take(name, value, flag(name));
  for (const name of Object.keys(schema.shape)) {
    const variable = ENVIRONMENT_PREFIX + flag(name).slice(2).replaceAll('-', '_').toUpperCase();
    take(name, fromEnvironment(name, sources.environment?.[variable]), variable);
  }
  const { file } = sources;
  if (file !== undefined) {
    for (const [name, value] of Object.entries(readFile(file))) {
      take(name, value, `"${name}" in ${file.path}`);
    }
  }
  const result = schema.safeParse(options);
  if (result.success) return withAuth(result.data);
  const problems = result.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : '';
    const name = String(issue.path[0] ?? unknown);
    const words = unknown === '' ? issue.message : 'there is no such option';
    return `${places.get(name) ?? flag(name)}: ${words}`;
  });
  throw new UserError('BAD_OPTION', `${problems.join('; ')}. See --help.`);
}

function withAuth(config: z.infer<typeof schema>): GatewayConfig {
  const keys = [config.authSecret, config.authKey, config.authKeySet].filter(
    (key) => key !== undefined,
  );
  if (keys.length > 1) {
    throw new UserError(
      'BAD_OPTION',
      'Give one of --auth-secret, --auth-key and --auth-key-set: tokens are signed in one way.',
    );
  }
  const auth = config.auth ?? (keys.length > 0 || !isLoopback(config.host) ? 'on' : 'off');
  if (auth === 'on' && keys.length === 0) {
    throw new UserError(
      'NO_TOKEN_KEY',
      `Clients at ${config.host} need tokens, but nothing says what signs them. ` +
        'Give --auth-secret, --auth-key or --auth-key-set, or let everybody in with --auth off.',
    );
  }
  return { ...config, auth };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Lists are separated by commas. */
function fromEnvironment(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const isList = ['feed', 'repair', 'origin', 'trustedProxy'].includes(name);
  return isList ? text.split(',').map((part) => part.trim()) : text;
}

function readFile({ path, text }: { readonly path: string; readonly text: string }): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new UserError(
    'BAD_OPTION',
    `${path}: must be a JSON object of options, as --help has them.`,
  );
}
