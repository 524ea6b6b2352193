/** What pwa/build.mjs puts into the bundles; see its docstring. */

/** Short name of this build of the app, in sw.js. */
declare const BUILD_VERSION: string;
/** Paths to keep for offline use, in sw.js: `core` before the worker is ready, `later` when there is time. */
declare const BUILD_PRECACHE: { core: string[]; later: string[] };
/** Logical name → path of what the worker itself names, in sw.js: styles, page, messages, its second script. */
declare const BUILD_ASSETS: Record<string, string>;
/** What pdf.js fetches by itself, in viewer.js; folders end with a slash. */
declare const BUILD_PDFJS: { worker: string; cmaps: string; standard_fonts: string; wasm: string };
/** The worker that finds pages on photographs, in cutting.js. */
declare const BUILD_EDGES: { worker: string };
