"""Follows a feed until its session ends; then prints position, counts and every level as JSON.

    python3 follow.py tcp://127.0.0.1:7101 tcp://127.0.0.1:7104
"""

import json
import sys

from touchline_feed import Feed


def levels(book, side):
    best_first = sorted(book.sides[side].items(), reverse=side == 0)
    return [[price, quantity, orders] for price, (quantity, orders) in best_first]


def main(feed_endpoint, repair_endpoint):
    feed, said = Feed(feed_endpoint, repair_endpoint), None
    while not (feed.has_ended and feed.next and feed.next == feed.announced):
        feed.poll()
        if feed.state != said:
            said = feed.state
            print(said, feed.next, file=sys.stderr, flush=True)
    books = {book.symbol: [levels(book, 0), levels(book, 1)] for book in feed.books.values()}
    print(json.dumps({"next": feed.next, "counts": feed.counts, "books": books}))
    feed.close()


main(*sys.argv[1:])
