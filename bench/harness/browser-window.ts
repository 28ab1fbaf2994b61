/**
 * A real Chromium with a window on a screen of its own (Xvfb), whose tabs hide one another. A
 * browser without a window never hides a page, nor does one that a driver has told to emulate
 * focus; so tabs are only evaluated in, over the browser's debugging port.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { browserPath } from '../setup/browser.ts';
import { findCommand, installCommand, SYSTEM_PACKAGES } from '../setup/system-packages.ts';
import { type SkippableTest, skipOrFail } from '../setup/test-data.ts';

export interface Tab {
  /** The value of an expression in the page, as JSON; a promise is waited for. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Brings this tab to the front, and so hides the one that was there. */
  show(): Promise<void>;
}

export interface BrowserWindow {
  /** A new tab, in front of the others. */
  open(url: string): Promise<Tab>;
  close(): Promise<void>;
}

interface Target {
  readonly id: string;
  readonly webSocketDebuggerUrl: string;
}

/** Starts screen and browser; the caller closes them. Call it inside a test, which may be skipped. */
export async function openBrowserWindow(context: SkippableTest): Promise<BrowserWindow> {
  const browser = browserPath();
  const screen = findCommand(SYSTEM_PACKAGES.xvfb.commands);
  if (browser === undefined || screen === undefined) {
    const how = installCommand([SYSTEM_PACKAGES.chromium, SYSTEM_PACKAGES.xvfb]);
    return skipOrFail(context, `no Chromium or no Xvfb found; install them with: ${how}`);
  }
  const profile = await mkdtemp(join(tmpdir(), 'touchline-window-'));
  const display = spawn(screen, ['-displayfd', '3', '-screen', '0', '1280x800x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await said(display, display.stdio[3] as Readable, /(\d+)\n/);
  // Chromium's sandbox refuses to run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const options = ['--remote-debugging-port=0', `--user-data-dir=${profile}`, '--no-first-run'];
  const chromium = spawn(browser, [...sandbox, ...options, '--disable-gpu', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DISPLAY: `:${number}` },
  });
  const port = await said(chromium, chromium.stderr, /ws:\/\/127\.0\.0\.1:(\d+)/);
  const http = `http://127.0.0.1:${port}/json`;
  return {
    async open(url) {
      const answer = await fetch(`${http}/new?${encodeURI(url)}`, { method: 'PUT' });
      return tab(http, (await answer.json()) as Target);
    },
    async close() {
      for (const child of [chromium, display]) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill();
        await once(child, 'exit');
      }
      // Its helpers may still be writing.
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** What a child says that fits; rejects when it ends before. */
function said(child: ChildProcess, stream: Readable, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(`${child.spawnfile} has ended: ${text}`)));
  });
}

function tab(http: string, { id, webSocketDebuggerUrl }: Target): Tab {
  return {
    async show() {
      await fetch(`${http}/activate/${id}`);
    },
    async evaluate<Value>(expression: string): Promise<Value> {
      const socket = new WebSocket(webSocketDebuggerUrl);
      await once(socket as unknown as NodeJS.EventEmitter, 'open');
      const answered = once(socket as unknown as NodeJS.EventEmitter, 'message');
      const params = { expression, returnByValue: true, awaitPromise: true };
      socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
      const [{ data }] = (await answered) as [MessageEvent<string>];
      socket.close();
      const { result } = JSON.parse(data);
      if (result.exceptionDetails !== undefined) {
        throw new Error(`${expression}: ${result.exceptionDetails.exception?.description}`);
      }
      return result.result.value as Value;
    },
  };
}
