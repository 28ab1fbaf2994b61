/** The page on invented data: `?state=stale|gapped|syncing|lost|paused` shows how each looks. */

import '../styles/main.css';
import { FeedState } from '../../../feed/index.ts';
import { Dashboard } from '../dashboard.ts';
import { speakAsPreferred } from '../look.ts';
import { FakeClient } from './fake-client.ts';
import { FakePasts } from './fake-history.ts';

const STEP_MS = 60;
/** Enough steps before the state is entered that the page is full. */
const STEPS_BEFORE_STATE = 60;

speakAsPreferred();
const SEED = 7;
const nowUs = () => (performance.timeOrigin + performance.now()) * 1000;
const client = new FakeClient(SEED);
const pasts = new FakePasts(SEED, nowUs);
const channels = { openHistory: pasts.openHistory };
new Dashboard(client, document.body, true, channels).start();

const wanted = new URLSearchParams(window.location.search).get('state');
let steps = 0;
const timer = setInterval(() => {
  if (wanted !== 'syncing') {
    client.step(nowUs(), performance.now());
  }
  pasts.advance(STEP_MS);
  steps += 1;
  if (steps === STEPS_BEFORE_STATE) enter(wanted);
}, STEP_MS);

function enter(state: string | null): void {
  if (state === 'stale') client.enter(FeedState.Stale, 'HEARTBEAT_LOST');
  else if (state === 'gapped') client.enter(FeedState.Gapped, 'MISSED_RECORDS');
  else if (state === 'lost') {
    client.cut({
      status: 'waiting',
      transport: 'WebSocket',
      code: 1006,
      message: '',
      retryInMs: 2300,
    });
  } else return;
  clearInterval(timer);
}
