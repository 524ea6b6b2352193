/**
 * Build static/build: the worker, the page script, the PDF viewer, the styles and fonts, and manifest.json, which
 * maps logical names to hashed ones. First the templates and catalogues are compiled (Python).
 *
 * manifest.json: {version, files: {name: {path, size, gzip, sha256}}, precache: {core: [path], later: [path]}}.
 * Bundles see the constants declared in pwa/build.d.ts.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { minify } from 'terser';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'static', 'build');
/** Built beside the target and moved into place at the end, so that a failed build leaves the last good one. */
const work = join(root, 'static', 'build.new');
const modules = join(root, 'node_modules');
const url = '/static/build';
const browsers = ['chrome109', 'firefox115', 'safari16'];
const packed = new Set(['.js', '.mjs', '.css', '.json', '.svg', '.ttf', '.wasm']);
/** Seen on the first page, so kept from the start; other weights and subsets follow when there is time. */
const firstFonts = /be-vietnam-pro-(vietnamese|latin)-(400|600)-normal/;

/** @type {Record<string, {path: string, size: number, gzip: number, sha256: string}>} */
const files = {};
/** @type {{core: string[], later: string[]}} */
const precache = { core: [], later: [] };

/** Say what is left out because its source is not there. @param {string} what */
const skip = (what) => console.log(`  ${what}: no source, left out`);

/** @param {string} path */
async function exists(path) {
  try {
    await readFile(path);
    return true;
  } catch {
    return false;
  }
}

/** Run a Python step of the build. @param {string} source @param {string[]} args */
async function python(source, args) {
  if (!(await exists(join(root, source)))) return skip(args[1]);
  const inside = process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python';
  const own = join(root, inside);
  const command = process.env.CONGVAN_PYTHON ?? ((await exists(own)) ? own : 'python3');
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  // It has said why; a stack of this script would only hide that.
  if (status !== 0) process.exit(1);
}

/** Eight characters that stand for the content, of the shape esbuild uses. @param {Uint8Array} content */
function shortHash(content) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha256').update(content).digest();
  return Array.from(digest.subarray(0, 8), (byte) => alphabet[byte & 31]).join('');
}

/**
 * Write a file and its .gz, and enter it in the manifest.
 * @param {string} name logical name @param {string} file below static/build @param {Uint8Array} content
 * @param {'core' | 'later' | null} when
 */
async function put(name, file, content, when) {
  const path = join(work, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  const gzip = packed.has(extname(file)) ? gzipSync(content, { level: 9 }) : null;
  if (gzip) await writeFile(`${path}.gz`, gzip);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const size = content.length;
  files[name] = { path: `${url}/${file}`, size, gzip: gzip?.length ?? size, sha256 };
  if (when) precache[when].push(files[name].path);
}

/** Put a file under a name that carries its hash. @param {string} name @param {Uint8Array} content @param {'core' | 'later' | null} when */
async function putHashed(name, content, when) {
  const extension = extname(name);
  await put(name, `${name.slice(0, -extension.length)}-${shortHash(content)}${extension}`, content, when);
}

/**
 * Bundle one script. @param {string} entry @param {Record<string, unknown>} constants
 * @param {import('esbuild').BuildOptions} options @returns {Promise<Uint8Array>}
 */
async function bundle(entry, constants, options) {
  const define = Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    legalComments: 'none',
    target: browsers,
    define,
    logLevel: 'warning',
    ...options,
  });
  return result.outputFiles[0].contents;
}

/**
 * Say the same in fewer bytes: of what every phone downloads, terser takes 3 % more off than esbuild does. In single
 * quotes the markup of the templates needs no escapes.
 * @param {Uint8Array} content @returns {Promise<Uint8Array>}
 */
async function squeeze(content) {
  const options = { ecma: 2020, compress: { passes: 3 }, format: { quote_style: 1 } };
  const { code } = await minify(new TextDecoder().decode(content), options);
  return new TextEncoder().encode(code);
}

/** Copy what pdf.js fetches by itself, and bundle the viewer. @returns {Promise<string | null>} its path */
async function buildViewer() {
  const entry = join(root, 'pwa', 'viewer.js');
  if (!(await exists(entry))) {
    skip('pwa/viewer.js');
    return null;
  }
  const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const folder = `pdfjs-${version}`;
  for (const part of ['cmaps', 'standard_fonts', 'wasm']) {
    // quickjs runs scripts inside PDF files, which this viewer never does.
    const filter = (/** @type {string} */ name) => !/LICENSE|quickjs/.test(basename(name));
    await cp(join(home, part), join(work, folder, part), { recursive: true, filter });
  }
  const worker = await readFile(join(home, 'legacy/build/pdf.worker.min.mjs'));
  await putHashed('pdf.worker.mjs', worker, 'later');
  const base = `${url}/${folder}`;
  const BUILD_PDFJS = {
    worker: files['pdf.worker.mjs'].path,
    cmaps: `${base}/cmaps/`,
    standard_fonts: `${base}/standard_fonts/`,
    wasm: `${base}/wasm/`,
  };
  // The legacy build brings what a phone of a few years ago lacks.
  const alias = { 'pdfjs-dist': join(home, 'legacy/build/pdf.mjs') };
  const content = await bundle(entry, { BUILD_PDFJS }, { format: 'esm', alias });
  await putHashed('viewer.js', content, 'later');
  return files['viewer.js'].path;
}

/** Bundle what puts pages together where no server can be asked to. */
async function buildGather() {
  const content = await squeeze(await bundle(join(root, 'pwa', 'gather.js'), {}, { format: 'esm' }));
  await putHashed('gather.js', content, 'later');
  return files['gather.js'].path;
}

/** Bundle what cuts pages out of photographs, and the worker that does it. @returns {Promise<string>} path of the former */
async function buildCutting() {
  const part = (/** @type {string} */ name) => join(root, 'pwa', name);
  // the library's other way of looking fetches a model from elsewhere, which is never asked for
  const options = { format: /** @type {const} */ ('iife'), external: ['./scanic-mlDetector.js'] };
  await putHashed('edges.js', await squeeze(await bundle(part('edges_worker.js'), {}, options)), 'later');
  const BUILD_EDGES = { worker: files['edges.js'].path };
  const cutting = await bundle(part('cutting.js'), { BUILD_EDGES }, { format: 'esm' });
  await putHashed('cutting.js', await squeeze(cutting), 'later');
  return files['cutting.js'].path;
}

/** Bundle what only the pages that take in paper load. @param {Record<string, string>} rest */
async function buildRegister(rest) {
  const options = { format: /** @type {const} */ ('esm'), plugins: [apartFrom(rest)] };
  await putHashed(
    'register.js',
    await squeeze(await bundle(join(root, 'pwa', 'register.js'), {}, options)),
    'later',
  );
  return files['register.js'].path;
}

/**
 * Leave what is imported dynamically where it is.
 * @param {Record<string, string | null>} apart  name of such a module → its path
 * @returns {import('esbuild').Plugin}
 */
const apartFrom = (apart) => ({
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/\w+\.js$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: apart[basename(path)] ?? path, external: true } : null,
    );
  },
});

/**
 * Bundle the page script; what few pages need stays apart and is loaded there.
 * @param {Record<string, string | null>} apart  name of a module that is imported dynamically → its path
 */
async function buildPage(apart) {
  const entry = join(root, 'pwa', 'page.js');
  if (!(await exists(entry))) return skip('pwa/page.js');
  /** @type {import('esbuild').Plugin} */
  const htmx = {
    name: 'htmx',
    setup(build) {
      // htmx's own small build is smaller than what esbuild makes of its module.
      build.onLoad({ filter: /htmx\.esm\.js$/ }, async ({ path }) => {
        const small = await readFile(path.replace('htmx.esm.js', 'htmx.min.js'), 'utf8');
        return { contents: `${small};export default htmx;` };
      });
    },
  };
  const content = await squeeze(
    await bundle(entry, {}, { format: 'iife', plugins: [htmx, apartFrom(apart)] }),
  );
  return putHashed('page.js', content, 'core');
}

/** Join the styles, taking the fonts they name from the font's package. */
async function buildStyles() {
  const folder = join(root, 'static', 'css');
  const all = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.css')).sort();
  if (!all.length) return skip('static/css');
  const entry = all.includes('app.css') ? ['app.css'] : all;
  const fonts = join(modules, '@fontsource', 'be-vietnam-pro', 'files');
  /** @type {import('esbuild').Plugin} */
  const fromPackage = {
    name: 'fonts',
    setup(build) {
      build.onResolve({ filter: /^\/static\/build\/fonts\// }, (found) => ({
        path: join(fonts, basename(found.path)),
      }));
    },
  };
  const result = await esbuild.build({
    stdin: {
      contents: entry.map((name) => `@import "./${name}";`).join('\n'),
      resolveDir: folder,
      loader: 'css',
    },
    bundle: true,
    minify: true,
    write: false,
    outdir: work,
    publicPath: url,
    assetNames: 'fonts/[name]-[hash]',
    loader: { '.woff2': 'file', '.svg': 'dataurl', '.png': 'file' },
    external: ['/static/icons/*'],
    target: browsers,
    plugins: [fromPackage],
    logLevel: 'warning',
  });
  for (const { path, contents } of result.outputFiles) {
    if (path.endsWith('.css')) {
      await putHashed('app.css', contents, 'core');
    } else {
      const file = relative(work, path).replaceAll('\\', '/');
      await put(
        file.replace(/-[A-Z0-9]{8}\./, '.'),
        file,
        contents,
        firstFonts.test(file) ? 'core' : 'later',
      );
    }
  }
  return undefined;
}

/** Copy the face in which the server typesets PDF files, so that it needs no node_modules. */
async function copyPrintFonts() {
  const from = join(modules, '@expo-google-fonts', 'tinos');
  for (const style of ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic']) {
    const name = `${style}/Tinos_${style}.ttf`;
    if (!(await exists(join(from, name)))) return skip(`tinos ${style}`);
    await mkdir(join(work, 'fonts/tinos', style), { recursive: true });
    await cp(join(from, name), join(work, 'fonts/tinos', name));
  }
  return undefined;
}

/** Bundle the templates and views that the worker reads when it needs them; the browser keeps the script with the worker. */
async function buildLater() {
  const entry = join(root, 'pwa', 'later.js');
  const content = await squeeze(await bundle(entry, {}, { format: 'iife', globalName: 'laterParts' }));
  return putHashed('later.js', content, null);
}

/** Bundle the worker last: it carries the list of what to keep. */
async function buildWorker() {
  const entry = join(root, 'pwa', 'sw.js');
  if (!(await exists(entry))) return skip('pwa/sw.js');
  const named = Object.entries(files).filter(([name]) =>
    /^(app\.css|page\.js|later\.js|messages\..*)$/.test(name),
  );
  const BUILD_ASSETS = Object.fromEntries(named.map(([name, { path }]) => [name, path]));
  const constants = { BUILD_PRECACHE: precache, BUILD_ASSETS };
  const draft = await bundle(entry, { ...constants, BUILD_VERSION: '' }, { format: 'iife' });
  // The version stands for the worker's own code too, so that every change of the app has its own.
  const BUILD_VERSION = shortHash(draft);
  const content = await squeeze(await bundle(entry, { ...constants, BUILD_VERSION }, { format: 'iife' }));
  await put('sw.js', 'sw.js', content, null);
  return BUILD_VERSION;
}

async function main() {
  await python('pwa/templates/compiler.py', ['-m', 'pwa.templates.compiler']);
  await python('server/adapters/catalogues.py', ['-m', 'server.adapters.catalogues']);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const viewer = await buildViewer();
  await buildStyles();
  await copyPrintFonts();
  const apart = { 'gather.js': await buildGather(), 'cutting.js': await buildCutting() };
  const register = await buildRegister(apart);
  await buildPage({ 'viewer.js': viewer, 'register.js': register });
  for (const icon of (await readdir(join(root, 'static', 'icons')).catch(() => [])).sort()) {
    if (/\.(png|svg)$/.test(icon)) precache.later.push(`/static/icons/${icon}`);
  }
  for (const locale of ['vi', 'en']) {
    const messages = join(root, 'build', `messages.${locale}.json`);
    if (await exists(messages)) await putHashed(`messages.${locale}.json`, await readFile(messages), 'core');
  }
  await buildLater();
  const version = (await buildWorker()) ?? shortHash(Buffer.from(JSON.stringify(files)));
  await writeFile(join(work, 'manifest.json'), JSON.stringify({ version, files, precache }, null, 1));
  await rm(target, { recursive: true, force: true });
  await rename(work, target);
  const rows = Object.entries(files).filter(([name]) => !name.startsWith('fonts/'));
  for (const [name, { size, gzip }] of rows) {
    console.log(
      `  ${name.padEnd(18)} ${(size / 1024).toFixed(1).padStart(8)} KB ${(gzip / 1024).toFixed(1).padStart(8)} KB gzipped`,
    );
  }
  const scripts = (files['sw.js']?.gzip ?? 0) + (files['page.js']?.gzip ?? 0);
  console.log(`  worker and page    ${(scripts / 1024).toFixed(1)} KB gzipped (goal: 60 KB)`);
}

await main();
