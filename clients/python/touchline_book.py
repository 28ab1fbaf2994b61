"""An L2 book of the Touchline feed and its hash, from sections 3 and 9 of feed/PROTOCOL.md."""

import struct

U32 = 0xFFFFFFFF
LANES = (
    (0x9747B28C, 17, 0xED5AD4BB, 11, 0xAC4C1B51, 15, 0x9E3779B1, 0x85EBCA77),
    (0x3C6EF372, 16, 0x7FEB352D, 15, 0x846CA68B, 16, 0xC2B2AE3D, 0x27D4EB2F),
)


def mix(lane, instrument, side, price, quantity, orders):
    h, s1, m1, s2, m2, s3, by_price, by_quantity = lane
    last = orders + (price >> 32 & U32) * by_price + (quantity >> 32) * by_quantity
    for word in (instrument, side, price & U32, quantity & U32, last & U32):
        h ^= word
        h = (h ^ h >> s1) * m1 & U32
    h = (h ^ h >> s2) * m2 & U32
    return h ^ h >> s3


class Book:
    """`sides[0]` are the bids, `sides[1]` the asks: from price in ticks to (lots, orders)."""

    def __init__(self, record, joined):
        self.id = struct.unpack_from("<I", record, 4)[0]
        texts = struct.unpack_from("24s24s32s", record, 32)
        self.tick_size, self.lot_size, self.symbol = (text.rstrip(b"\0").decode() for text in texts)
        self.joined = joined  # records of the stream below this are in it already
        self.sides = ({}, {})

    def set_level(self, record):
        side = record[3]
        orders, price, quantity = struct.unpack_from("<Iqq", record, 12)
        self.sides[side][price] = (quantity, orders)
        if quantity == 0:
            del self.sides[side][price]

    def has_hash(self, record, offset):
        levels = [(side, price, *total) for side in (0, 1) for price, total in self.sides[side].items()]
        lanes = [sum(mix(lane, self.id, *level) for level in levels) & U32 for lane in LANES]
        return lanes == list(struct.unpack_from("<II", record, offset))
