// Pulls an inbox with PouchDB as an independent client and prints what it has: {docs, conflicts, written, replication}.
// Arguments: address, folder of the local database, person, batch size.
import PouchDB from 'pouchdb';

const [address, folder, person, batchSize] = process.argv.slice(2);
const remote = new PouchDB(address, {
  fetch: (url, options) => {
    options.headers.set('X-Test-Person', person);
    options.headers.set('X-Congvan-Device', `device-of-${person}`);
    return PouchDB.fetch(url, options);
  },
});
const local = new PouchDB(folder);
const result = await local.replicate.from(remote, { batch_size: Number(batchSize) });
const rows = await local.allDocs({ include_docs: true, conflicts: true });
const docs = rows.rows.map((row) => row.doc);
const leaves = {};
for (const { id } of (await local.changes({ since: 0, style: 'all_docs' })).results) {
  const open = await local.get(id, { open_revs: 'all', revs: true });
  leaves[id] = open.map((one) => [one.ok._rev, one.ok._deleted === true, one.ok._revisions.ids.length]);
}
console.log(
  JSON.stringify({
    docs,
    leaves,
    written: result.docs_written,
    failures: result.doc_write_failures,
    errors: result.errors,
    ok: result.ok,
  }),
);
await local.close();
