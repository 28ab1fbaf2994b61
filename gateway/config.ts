/** What a gateway is told, from its command line, checked in one place. */

import { z } from 'zod';
import { DEFAULT_ENDPOINTS } from '../feed/index.ts';
import { UserError } from '../feed/process/index.ts';

const endpoint = z
  .string()
  .regex(/^(tcp|ipc|inproc):\/\/.+/, 'must look like tcp://127.0.0.1:7101');

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
  /** Folder with the dashboard's built files; by default the project's own. */
  page: z.string().min(1).optional(),
  /** Origins of pages that may connect, besides those of this machine; "*" is any. */
  origin: z
    .array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must look like https://desk.example'))
    .default([]),
  maxConnections: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .default(12_000),
});

export type GatewayConfig = z.infer<typeof schema>;

/** Throws a `UserError` that names the option and what is wrong with it. */
export function gatewayConfig(options: Readonly<Record<string, unknown>>): GatewayConfig {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const name = String(path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return path.length === 0 ? message : `--${name}: ${message}`;
  });
  throw new UserError('BAD_OPTION', `${problems.join('; ')}. See --help.`);
}
