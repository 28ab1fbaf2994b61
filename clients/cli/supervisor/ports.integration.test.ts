import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkPorts, tcpPlace } from './ports.ts';

const REMEDY = 'Choose another one.';

test('a busy port is named with its user and what to do', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const need = { what: 'the relay', host: '127.0.0.1', port: address.port, remedy: REMEDY };
  await expect(checkPorts([need])).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `127.0.0.1:${address.port}, which the relay would use, is taken by another process. ${REMEDY}`,
  });
  await new Promise((resolve) => server.close(resolve));
  await expect(checkPorts([need])).resolves.toBeUndefined();
});

test('an address of another machine is refused with its reason', async () => {
  const need = { what: 'the dashboard', host: '192.0.2.1', port: 7180, remedy: REMEDY };
  await expect(checkPorts([need])).rejects.toMatchObject({ code: 'PORT_NOT_USABLE' });
});

test('reads endpoints, and refuses what is none', () => {
  expect(tcpPlace('tcp://127.0.0.1:7101')).toEqual({ host: '127.0.0.1', port: 7101 });
  expect(tcpPlace('tcp://127.0.0.1:*')).toEqual({ host: '127.0.0.1', port: 0 });
  expect(() => tcpPlace('127.0.0.1:7101')).toThrow('tcp://HOST:PORT');
});
