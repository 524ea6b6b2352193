/**
 * The second script of the worker: what the first page does not need, templates and views (docs/adr/0015-two-worker-scripts.md).
 * What both scripts need is given to these views, so that it is there once.
 */
import { caseFileView } from './case_file_view.js';
import { entryView } from './entry_view.js';
import { filePlanView } from './file_plan_view.js';
import { repairsView, repairView } from './mending.js';

export { default } from '../build/templates_later.js';

/** @type {Record<string, import('./views.js').View>} */
export const views = {
  repair: repairView,
  repairs: repairsView,
  case_file: caseFileView,
  file_plan: filePlanView,
  entry: entryView,
};
