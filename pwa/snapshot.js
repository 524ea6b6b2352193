/** Reads a snapshot: NDJSON, first `{"since", "count"}`, then at least `count` lines, one document each. */

/**
 * Give the lines of an answer one by one as they come.
 * @param {Response} response
 * @returns {AsyncGenerator<any>}
 */
export async function* snapshotLines(response) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split('\n');
    rest = done ? '' : /** @type {string} */ (lines.pop());
    for (const line of lines) if (line) yield JSON.parse(line);
    if (done) return;
  }
}
