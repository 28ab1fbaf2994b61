import { httpUnderTest } from './testing/http-peers.ts';
import { webSocketUnderTest } from './testing/web-socket-peer.ts';
import { describeTransport } from './transport.suite.ts';

describeTransport(webSocketUnderTest('msgpack'));
describeTransport(webSocketUnderTest('json'));
describeTransport(httpUnderTest('events'));
describeTransport(httpUnderTest('long polling'));
describeTransport(httpUnderTest('polling'));
