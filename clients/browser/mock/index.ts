/** A mock gateway for the tests of whatever uses the client; see ../README.md. */

export type { Fault, FaultAt } from './faults.ts';
export { MockGateway, type MockGatewayOptions } from './mock-gateway.ts';
export type {
  InstrumentOptions,
  MockChange,
  MockInstrument,
  MockLevel,
  MockTrade,
} from './mock-instrument.ts';
