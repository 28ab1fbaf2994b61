/** A live book in a React component: subscribed while it is shown, drawn once a frame at most. */

import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Book, BookOptions, TouchlineClient } from '../index.ts';

/** `undefined` until the component is there; then the book, whose `state` says what may be shown. */
export function useBook(
  client: TouchlineClient,
  symbol: string,
  options: BookOptions = {},
): Book | undefined {
  const [book, setBook] = useState<Book>();
  // Equal options are the same options, however often a component makes them anew.
  const wish = JSON.stringify(options);
  useEffect(() => {
    const mine = client.book(symbol);
    setBook(mine);
    return () => mine.close();
  }, [client, symbol]);
  useEffect(() => book?.modify(JSON.parse(wish)), [book, wish]);
  const subscribe = useCallback(
    (changed: () => void) => book?.on('frame', changed) ?? (() => {}),
    [book],
  );
  useSyncExternalStore(subscribe, () => book && version(book), noBook);
  return book;
}

/** Another text whenever there is something else to be drawn. */
function version({ state, reason, sequence, depth, grouping }: Book): string {
  return `${state} ${reason} ${sequence} ${depth} ${grouping}`;
}

function noBook(): undefined {}
