/** The league's five scenarios, and the hashes that a right engine gives. */

export interface Scenario {
  readonly name: string;
  /** 39,878 messages, hashed with two independent engines. */
  readonly small: { readonly file: string; readonly sha256: string };
  /** 1,996,097 messages, hash published by the league. */
  readonly full: { readonly file: string; readonly sha256: string };
}

const HASHES = {
  static: [
    '75465244465e144211887b27fa9d16264940e34827fe1e54f9820195c7745fc3',
    '9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1',
  ],
  normal: [
    '7e32c8ad534265a77e66b9fc1df15cc61fe3030434a5b0ab9548704d23bb0395',
    'e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e',
  ],
  'swing-25': [
    '36fc4d2ff747cc66eabf6ac46c083a9725c87eb6fda67f52c884155462390142',
    '61a84be9469661bd039e00dbc9a7c011e70b6ace37aadfe60045ea083b05f4df',
  ],
  'swing-40': [
    '8c9192c69c18459e7ae06fb872690801d87b6de80ef0025314e17c4c06253c3e',
    '3cb0175e7982ff09ea220d1feaee3844cf9116a5ce455757879dea1d880b9b9f',
  ],
  'flash-crash': [
    'aa7690ffa18ade5ce41c5531f72d7d43df842f5e670a4a0160eec5b6dc6c5c75',
    'cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b',
  ],
} as const;

/** Folder of the data, inside the test data. */
export const LEAGUE_FOLDER = 'engine-league';

export const SCENARIOS: readonly Scenario[] = Object.entries(HASHES).map(
  ([name, [smallHash, fullHash]]) => ({
    name,
    small: { file: `${LEAGUE_FOLDER}/orders_${name}_s23_n20000.bin.gz`, sha256: smallHash },
    full: { file: `${LEAGUE_FOLDER}/${name}_s23_n1000000.mebc.br`, sha256: fullHash },
  }),
);
