/** What a browser stores for the app: IndexedDB and Cache Storage, which fill up, are evicted, and outlive the worker. */
import './clock.mjs';
import * as fake from 'fake-indexeddb';

/** Raw databases of devices without room. @type {WeakMap<object, Storage>} */
const owners = new WeakMap();
const noRoom = () => new DOMException('no room', 'QuotaExceededError');

for (const name of ['put', 'add']) {
  const write = fake.IDBObjectStore.prototype[name];
  fake.IDBObjectStore.prototype[name] = function limited(...given) {
    const owner = owners.get(this.transaction.db._rawDatabase);
    if (owner?.isFull) throw noRoom();
    const request = write.apply(this, given);
    owner?.written(this.transaction);
    return request;
  };
}

class Caches {
  constructor(storage) {
    this.storage = storage;
    this.stores = new Map();
  }

  async open(name) {
    if (!this.stores.has(name)) this.stores.set(name, new Map());
    const store = this.stores.get(name);
    const key = (request) => new URL(request.url ?? request, 'http://localhost').href;
    return {
      match: async (request) => store.get(key(request))?.clone(),
      put: async (request, answer) => {
        if (this.storage.isFull) throw noRoom();
        store.set(key(request), answer);
      },
      add: async () => {},
      addAll: async () => {},
      delete: async (request) => store.delete(key(request)),
      keys: async () => [...store.keys()].map((url) => ({ url })),
    };
  }

  async keys() {
    return [...this.stores.keys()];
  }

  async delete(name) {
    return this.stores.delete(name);
  }

  async match(request) {
    for (const name of this.stores.keys()) {
      const found = await (await this.open(name)).match(request);
      if (found) return found;
    }
    return undefined;
  }
}

/** One browser profile's storage. */
export class Storage {
  constructor() {
    this.factory = new fake.IDBFactory();
    this.caches = new Caches(this);
    this.isFull = false;
    this.sprung = null;
  }

  /** Let something happen at the n-th write from now on: before its transaction is through, or just after. */
  trap(writes, isAfter, spring) {
    this.sprung = { writes, isAfter, spring };
  }

  written(transaction) {
    if (!this.sprung) return;
    this.sprung.writes -= 1;
    if (this.sprung.writes > 0) return;
    const { isAfter, spring } = this.sprung;
    this.sprung = null;
    if (isAfter) transaction.addEventListener('complete', spring);
    else spring();
  }

  /** Give an `indexedDB` for one life of a worker; when that life is over, what it had under way is aborted. */
  lend() {
    const connections = new Set();
    let isOver = false;
    const watched = (request) => {
      request.addEventListener('success', () => {
        if (!request.result) return;
        owners.set(request.result._rawDatabase, this);
        connections.add(request.result);
        if (isOver) fake.forceCloseDatabase(request.result);
      });
      return request;
    };
    const never = () => new fake.IDBOpenDBRequest();
    return {
      indexedDB: {
        open: (...given) => (isOver ? never() : watched(this.factory.open(...given))),
        deleteDatabase: (name) => (isOver ? never() : this.factory.deleteDatabase(name)),
      },
      end: () => {
        isOver = true;
        for (const database of connections) {
          database.addEventListener('versionchange', () => {});
          fake.forceCloseDatabase(database);
        }
      },
    };
  }

  /** Throw the replica away, as a browser that needs room may. */
  async evict() {
    for (const { name } of await this.factory.databases())
      if (name.startsWith('congvan-replica-')) this.factory.deleteDatabase(name);
    this.caches.stores.delete('congvan-files');
  }

  /** What is in an object store at this very turn; of what is under way, nobody knows yet whether it stays. */
  peek(name, store) {
    const found = this.factory._databases.get(name)?.rawObjectStores.get(store);
    return found ? [...found.records.values()].map((record) => record.value) : [];
  }

  /** Lose the replica's checkpoint, and nothing else. */
  forgetCheckpoint() {
    for (const [name, database] of this.factory._databases)
      if (name.startsWith('congvan-replica-')) database.rawObjectStores.get('meta')?.records.delete('since');
  }

  /** Give all that is stored, as a backup of the whole device has it; nothing may be under way. */
  backup() {
    return [...this.factory._databases].map(([name, database]) => ({
      name,
      database,
      version: database.version,
      stores: [...database.rawObjectStores].map(([key, store]) => ({
        key,
        store,
        number: store.keyGenerator?.num,
        tables: [store, ...store.rawIndexes.values()].map((table) => [table, [...table.records.values()]]),
      })),
    }));
  }

  /** Go back to a backup; no worker may be alive. */
  restore(backup) {
    const databases = this.factory._databases;
    databases.clear();
    for (const { name, database, version, stores } of backup) {
      databases.set(name, database);
      database.version = version;
      database.rawObjectStores = new Map(stores.map(({ key, store }) => [key, store]));
      for (const { store, number, tables } of stores) {
        store.deleted = false;
        if (store.keyGenerator) store.keyGenerator.num = number;
        for (const [table, records] of tables) {
          table.deleted = false;
          table.records.clear();
          for (const record of records) table.records.put(record);
        }
      }
    }
  }

  /** Read all of some object stores from outside. @returns {Promise<Record<string, any[]>>} */
  async read(name, stores) {
    const known = await this.factory.databases();
    if (!known.some((one) => one.name === name))
      return Object.fromEntries(stores.map((store) => [store, []]));
    return new Promise((resolve, reject) => {
      const opening = this.factory.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const there = stores.filter((store) => database.objectStoreNames.contains(store));
        const found = Object.fromEntries(stores.map((store) => [store, []]));
        if (there.length === 0) {
          database.close();
          return resolve(found);
        }
        const transaction = database.transaction(there);
        for (const store of there) {
          const keys = transaction.objectStore(store).getAllKeys();
          const values = transaction.objectStore(store).getAll();
          values.onsuccess = () => {
            found[store] = values.result;
            found[`${store} keys`] = keys.result;
          };
        }
        transaction.oncomplete = () => {
          database.close();
          resolve(found);
        };
      };
    });
  }
}
