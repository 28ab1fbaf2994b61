/** Where a request really comes from, when proxies stand between. */

import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { UserError } from '../../feed/process/index.ts';

/** Finds the address of a client. */
export type ClientAddress = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

/**
 * A proxy adds the address it heard from at the end of X-Forwarded-For; what stands before that is
 * anybody's word. So the list is read from its end, for as long as it was a trusted proxy that
 * wrote: the first other address is the client's. Throws a `UserError` for a network that is none.
 */
export function clientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = new BlockList();
  for (const network of trusted) add(proxies, network);
  const isTrusted = (address: string) => {
    const version = isIP(address);
    return version !== 0 && proxies.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress ?? '');
    if (!isTrusted(address)) return address;
    const said = headers['x-forwarded-for'] ?? '';
    const hops = String(said)
      .split(',')
      .map((hop) => plain(hop.trim()));
    while (isTrusted(address)) {
      const hop = hops.pop();
      if (hop === undefined || isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}

/** An IPv4 address also where the socket speaks both. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function add(proxies: BlockList, network: string): void {
  const [address = '', bits] = network.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (version === 0 || prefix > most) {
    throw new UserError(
      'BAD_OPTION',
      `--trusted-proxy: "${network}" is no address or network, such as 10.0.0.7 or 10.0.0.0/8.`,
    );
  }
  proxies.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
}
