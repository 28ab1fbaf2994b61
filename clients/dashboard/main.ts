/** Starts the page: connects to the gateway it came from and hands the rest to the dashboard. */

import './styles/main.css';
import {
  openCandles,
  openHistory,
  openLatency,
  openOrders,
  openStatistics,
} from '../browser/channels/index.ts';
import { connect } from '../browser/index.ts';
import { Dashboard } from './dashboard.ts';
import { feedUrl, sharesClock } from './feed-url.ts';
import { speakAsPreferred } from './look.ts';

const url = feedUrl(window.location);
speakAsPreferred();
const channels = { openCandles, openHistory, openLatency, openOrders, openStatistics };
new Dashboard(connect(url), document.body, sharesClock(url), channels).start();
