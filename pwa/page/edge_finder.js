/** Asks the worker that finds pages on photographs, one question after the other, and starts it anew when it is gone. */

/** @typedef {import('../outline.js').Corner} Corner */

/** After this long nothing more is expected, in milliseconds: a slow phone needs ten seconds for a large photograph. */
const PATIENCE_MS = 45_000;

export class EdgeFinder {
  /** @type {Worker|null} */
  #worker = null;
  /** When the question before is answered, one way or the other. @type {Promise<any>} */
  #before = Promise.resolve();

  /** @param {string} script  path of the worker @param {number} patience  in milliseconds */
  constructor(script, patience = PATIENCE_MS) {
    this.script = script;
    this.patience = patience;
  }

  /**
   * Look for the page on a photograph.
   * @param {Blob} file @returns {Promise<Corner[]|null>} null: none that is sure to be one
   * @throws {Error} when the worker cannot be had, is killed, takes too long, or cannot open the photograph
   */
  async find(file) {
    return (await this.#ask({ file })).found ?? null;
  }

  /**
   * Cut the page out and lay it flat.
   * @param {Blob} file @param {readonly Corner[]} corners
   * @returns {Promise<Blob>} a JPEG of at most 300 dots per inch of A4
   * @throws {Error} as `find` does
   */
  async cut(file, corners) {
    return (await this.#ask({ file, corners })).cut;
  }

  /** @param {object} question @returns {Promise<any>} */
  #ask(question) {
    const answer = this.#before.then(() => this.#send(question));
    this.#before = answer.catch(() => {});
    return answer;
  }

  /** @param {object} question @returns {Promise<any>} */
  #send(question) {
    return new Promise((resolve, reject) => {
      this.#worker ??= new Worker(this.script);
      const worker = this.#worker;
      const giveUp = (/** @type {string} */ reason) => {
        clearTimeout(timer);
        worker.terminate();
        this.#worker = null;
        reject(new Error(reason));
      };
      const timer = setTimeout(() => giveUp('no answer'), this.patience);
      worker.onerror = () => giveUp('no worker');
      worker.onmessageerror = () => giveUp('no answer that can be read');
      worker.onmessage = ({ data }) => {
        clearTimeout(timer);
        if (data.error) reject(new Error(data.error));
        else resolve(data);
      };
      worker.postMessage(question);
    });
  }
}
