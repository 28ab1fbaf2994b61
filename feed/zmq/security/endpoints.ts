/** Which endpoints may be open without keys: those that only this machine can reach. */

import { SecurityError } from './security-error.ts';

const TCP = /^tcp:\/\/(.+):[^:]+$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** False for what another machine might reach, also when in doubt. */
export function isLocalEndpoint(endpoint: string): boolean {
  if (/^(ipc|inproc):\/\//.test(endpoint)) return true;
  const host = TCP.exec(endpoint)?.[1];
  return host !== undefined && LOOPBACK.test(host);
}

/** Throws `SecurityError` for an endpoint that would be open to others in the clear. */
export function refuseOpenEndpoint(option: string, endpoint: string): void {
  // What is no endpoint at all nobody can reach: the socket will say so.
  if (isLocalEndpoint(endpoint) || !endpoint.includes('://')) return;
  throw new SecurityError(
    'INSECURE_ENDPOINT',
    `${option} ${endpoint} can be reached from other machines, by anybody. Give --keys and --allow ` +
      '(see touchline keys --help), or say --insecure if that is meant.',
  );
}
