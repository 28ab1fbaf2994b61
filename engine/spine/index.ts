/** The spine in process: for measurements, with an engine that has no process of its own. */

export { Spine, type SpineOptions } from './spine.ts';
