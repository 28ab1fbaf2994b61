/**
 * Walks over MessagePack without building anything, and refuses what a decoder should not even
 * start on: nesting, and lengths that the bytes cannot hold. An array header of five bytes may
 * claim 2^32 - 1 elements, and a decoder that believes it allocates them first.
 */

/** True when `bytes` are one MessagePack value, whole, and at most `maxDepth` containers deep. */
export function isSoundMessagePack(bytes: Uint8Array, maxDepth: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // How many values each open container still waits for; the outermost waits for one.
  const waiting: number[] = [1];
  let at = 0;
  while (waiting.length > 0) {
    const top = waiting.length - 1;
    if (waiting[top] === 0) {
      waiting.pop();
      continue;
    }
    waiting[top] = (waiting[top] as number) - 1;
    if (at >= bytes.length) return false;
    const head = bytes[at] as number;
    const item = itemAt(view, at, head);
    if (item === undefined) return false;
    at += item.bytes;
    // Each value inside takes a byte at least, so a longer claim is a lie.
    if (at + item.values > bytes.length) return false;
    if (item.isContainer) {
      if (waiting.length > maxDepth) return false;
      waiting.push(item.values);
    }
  }
  return at === bytes.length;
}

interface Item {
  readonly bytes: number;
  readonly values: number;
  readonly isContainer: boolean;
}

function scalar(bytes: number): Item {
  return { bytes, values: 0, isContainer: false };
}

function container(bytes: number, values: number): Item {
  return { bytes, values, isContainer: true };
}

/** The value whose head byte is at `at`; `undefined` if cut off, or of a kind nobody sends here. */
function itemAt(view: DataView, at: number, head: number): Item | undefined {
  if (head < 0x80 || head >= 0xe0) return scalar(1); // fixint
  if (head < 0x90) return container(1, (head & 0x0f) * 2); // fixmap
  if (head < 0xa0) return container(1, head & 0x0f); // fixarray
  if (head < 0xc0) return scalar(1 + (head & 0x1f)); // fixstr
  const left = view.byteLength - at;
  switch (head) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return scalar(1);
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return scalar(2);
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return scalar(3);
    case 0xca: // float 32
    case 0xce: // uint 32
    case 0xd2: // int 32
      return scalar(5);
    case 0xcb: // float 64
    case 0xcf: // uint 64
    case 0xd3: // int 64
      return scalar(9);
    case 0xd9: // str 8
      return left < 2 ? undefined : scalar(2 + view.getUint8(at + 1));
    case 0xda: // str 16
      return left < 3 ? undefined : scalar(3 + view.getUint16(at + 1));
    case 0xdb: // str 32
      return left < 5 ? undefined : scalar(5 + view.getUint32(at + 1));
    case 0xdc: // array 16
      return left < 3 ? undefined : container(3, view.getUint16(at + 1));
    case 0xdd: // array 32
      return left < 5 ? undefined : container(5, view.getUint32(at + 1));
    case 0xde: // map 16
      return left < 3 ? undefined : container(3, view.getUint16(at + 1) * 2);
    case 0xdf: // map 32
      return left < 5 ? undefined : container(5, view.getUint32(at + 1) * 2);
    default: // bin, ext, and the byte that is never used
      return undefined;
  }
}
