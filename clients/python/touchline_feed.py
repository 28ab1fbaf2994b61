"""A consumer of the Touchline feed in Python, written from feed/PROTOCOL.md alone: it joins late, has gaps
repaired, and proves its L2 books. Needs pyzmq; see README.md beside it."""

import random
import struct
import time
import zlib

import zmq

from touchline_book import Book

TOPIC = struct.pack(">BBHI", 1, 2, 0, 0)  # section 1: shard stream, L2, shard 0
HEARTBEAT, SNAPSHOT, END_OF_SESSION = 1, 2, 8  # section 2
TRANSACTION, LEVEL, TRADE, CLEAR, INSTRUMENT, HASH, POSITION = 1, 2, 3, 4, 6, 7, 9  # section 3
REPLAY, BOOKS, CREDIT, CHUNK, REJECT, TOO_OLD = 1, 2, 3, 16, 17, 1  # section 8
MAX_WAITING, ANSWER_TIMEOUT_S, STALE_AFTER_S = 20_000, 0.5, 0.75


def records(packet):
    at = struct.unpack_from("<H", packet, 40)[0]
    while at < len(packet):
        length = 8 * packet[at + 1]
        if length == 0 or at + length > len(packet):
            raise ValueError("the records do not fill the packet")
        yield packet[at:at + length]
        at += length


class Feed:
    def __init__(self, feed, repair):
        self.sub, self.dealer = (zmq.Context.instance().socket(kind) for kind in (zmq.SUB, zmq.DEALER))
        self.sub.subscribe(TOPIC)
        self.sub.connect(feed)
        self.dealer.connect(repair)
        self.request, self.heard, self.has_ended = 0, 0.0, False
        self.counts = dict.fromkeys(("gaps", "snapshots", "proofs", "mismatches", "trades", "missed", "bad"), 0)
        self.begin((0, 0))

    def begin(self, epoch):  # section 4: nothing of an older history is of use
        self.epoch, self.announced, self.waiting, self.books = epoch, 0, {}, {}
        self.join()

    def join(self):  # section 6; `next` is the record expected next, 0 while there are no books
        self.next, self.open, self.wanted, self.deadline, self.is_whole = 0, None, None, 0.0, False

    @property
    def state(self):
        if self.next < self.announced or self.next == 0:
            return "GAPPED" if self.next else "SYNCING"
        return "STALE" if self.has_ended or time.monotonic() > self.heard + STALE_AFTER_S else "LIVE"

    def poll(self, timeout_s=0.05):
        """Takes everything that has come and asks for what is missing: to be called again and again."""
        zmq.select([self.sub, self.dealer], [], [], timeout_s)
        for socket, take in ((self.sub, self.take_packet), (self.dealer, self.take_answer)):
            while socket.poll(0):
                try:
                    take(socket.recv())
                except (ValueError, IndexError, struct.error):
                    self.counts["bad"] += 1
        self.ask()

    def open_packet(self, packet):  # section 2
        crc, length, seconds, salt, first, _, header, flags, count = struct.unpack_from("<IIIIQQHHI", packet, 8)
        if length != len(packet) or crc != zlib.crc32(packet[12:], zlib.crc32(packet[:8])) or header < 48:
            raise ValueError("not a packet")
        if packet[:8] != TOPIC or (count and count != sum(1 for _ in records(packet))):
            raise ValueError("not a packet of this stream")
        return (seconds, salt), first, flags, count

    def take_packet(self, packet):
        epoch, first, flags, count = self.open_packet(packet)
        if epoch < self.epoch or flags & SNAPSHOT:
            return
        if epoch > self.epoch:
            self.begin(epoch)
        self.heard, self.announced = time.monotonic(), max(self.announced, first + count)
        self.has_ended = bool(flags & END_OF_SESSION)
        if self.next == 0 and first == 1:
            self.next = 1
        if count and first + count > self.next:
            if len(self.waiting) == MAX_WAITING:
                self.waiting.clear()
            self.waiting[first] = max(packet, self.waiting.get(first, b""), key=len)
        self.drain()
        if flags & HEARTBEAT and first == self.next and self.open is None:
            for record in records(packet):
                if record[0] == POSITION:
                    self.prove(struct.unpack_from("<I", record, 4)[0], record, 16)

    def drain(self):
        for first in sorted(self.waiting):
            if first > self.next:
                return
            for sequence, record in enumerate(records(self.waiting.pop(first)), first):
                if sequence == self.next:
                    self.next += 1
                    self.take_record(sequence, record)

    def take_record(self, sequence, record):  # section 4: whole transactions only
        if record[0] == TRANSACTION:
            self.open = []
        if self.open is not None:
            self.open.append((sequence, record))
        if record[2] & 1:
            whole, self.open = self.open or [], None
            for one in whole:
                self.apply(*one)

    def apply(self, sequence, record):
        kind, instrument = record[0], struct.unpack_from("<I", record, 4)[0]
        book = self.books.get(instrument)
        if kind == TRADE:
            self.counts["trades"] += 1
        elif kind == INSTRUMENT and book is None:
            self.books[instrument] = Book(record, sequence)
        elif book is not None and sequence >= book.joined:
            if kind == LEVEL:
                book.set_level(record)
            elif kind == CLEAR:
                book.sides = ({}, {})
            elif kind == HASH:
                self.prove(instrument, record, 24)

    def prove(self, instrument, record, offset):  # section 9
        book = self.books.get(instrument)
        if book is None or self.next < book.joined:
            return
        self.counts["proofs"] += 1
        if not book.has_hash(record, offset):
            self.counts["mismatches"] += 1
            self.join()

    def ask(self):  # sections 6 and 7
        wanted = None
        if self.announced > self.next:
            wanted = REPLAY if self.next else BOOKS
        self.counts["gaps"] += wanted == REPLAY and self.is_whole
        self.is_whole = wanted is None
        if wanted == self.wanted and time.monotonic() < self.deadline:
            return
        self.wanted, self.chunks, self.loaded = wanted, 0, []
        if wanted is not None:
            self.request += 1
            self.deadline = time.monotonic() + ANSWER_TIMEOUT_S * (0.5 + random.random())
            oldest = min(self.waiting, default=self.announced)
            if wanted == REPLAY:
                self.send(REPLAY, struct.pack("<QQII", self.next, oldest, 8, 0))
            else:
                self.send(BOOKS, struct.pack("<QIHH", oldest, 8, 0, 0))

    def send(self, kind, body):  # section 8
        self.dealer.send(struct.pack("<BBHIII", kind, 2, 0, self.request, *self.epoch) + body)

    def take_answer(self, answer):
        kind, _, _, request, *epoch, code, flags = struct.unpack_from("<BBHIIIII", answer)
        if request != self.request or self.wanted is None or tuple(epoch) != self.epoch:
            return
        if kind == REJECT and code == TOO_OLD:
            self.counts["missed"] += 1
            self.join()
        if kind != CHUNK or code != self.chunks:
            return  # it is asked again when the time is over
        self.chunks += 1
        self.deadline = time.monotonic() + ANSWER_TIMEOUT_S
        at = 24
        while at < len(answer):
            packet = answer[at:at + struct.unpack_from("<I", answer, at + 12)[0]]
            at += len(packet) or len(answer)
            self.loaded.append((self.open_packet(packet)[1], packet))
            if self.wanted == REPLAY:
                self.take_packet(packet)
        if flags & 1:
            if self.wanted == BOOKS:
                self.load(self.loaded)
            self.wanted = None
        else:
            self.send(CREDIT, struct.pack("<II", 1, 0))

    def load(self, snapshot):
        books = {}
        for joined, packet in snapshot:
            for record in records(packet):
                instrument = struct.unpack_from("<I", record, 4)[0]
                if record[0] == INSTRUMENT:
                    books[instrument] = Book(record, joined)
                elif record[0] == LEVEL:
                    books[instrument].set_level(record)
                elif record[0] == POSITION and not books[instrument].has_hash(record, 16):
                    return
        if snapshot[0][0] < min(self.waiting, default=0):
            return  # older than what waits: once more, and what waits is kept
        self.books, self.next, self.counts["snapshots"] = books, snapshot[0][0], self.counts["snapshots"] + 1
        self.announced = max(self.announced, self.next)
        self.drain()

    def close(self):
        self.sub.close(0)
        self.dealer.close(0)
