/** Requests and answers as a worker sees them, without streams of their own, so that nothing happens by itself. */

/** Headers as the app uses them, without all the rules by which a browser checks them. */
export class Fields {
  constructor(given = {}) {
    /** @type {[string, string][]} */
    this.list = [];
    const pairs = given instanceof Fields ? given.list : Object.entries(given ?? {});
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name, value) {
    this.list.push([name.toLowerCase(), String(value)]);
  }

  set(name, value) {
    const own = name.toLowerCase();
    this.list = this.list.filter(([other]) => other !== own);
    this.append(own, value);
  }

  get(name) {
    const own = name.toLowerCase();
    for (const [other, value] of this.list) if (other === own) return value;
    return null;
  }

  has(name) {
    return this.get(name) !== null;
  }

  getSetCookie() {
    return this.list.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  }

  [Symbol.iterator]() {
    return this.list[Symbol.iterator]();
  }
}

/** What a page asks: a form when there is one. */
export class PageRequest {
  constructor(url, { method = 'GET', headers = {}, form = null, redirect = 'follow' } = {}) {
    Object.assign(this, { url, method, headers: new Fields(headers), form, redirect });
  }

  clone() {
    return this;
  }

  async formData() {
    return this.form;
  }
}

/** An answer; with `cutAt`, its body breaks off there. A page that the worker rendered is there as its context. */
export class Answer {
  constructor(
    body = '',
    { status = 200, headers = {}, url = '', redirected = false, type = 'basic', cutAt } = {},
  ) {
    Object.assign(this, { status, url, redirected, type, cutAt });
    this.ok = status >= 200 && status < 300;
    this.headers = new Fields(headers);
    this.page = body?.context ? body : null;
    this.bytes = Buffer.from(this.page ? '' : (body ?? ''));
  }

  static redirect(url, status = 302) {
    return new Answer('', { status, headers: { Location: String(url) } });
  }

  clone() {
    return this;
  }

  read() {
    if (this.cutAt !== undefined && this.cutAt < this.bytes.length)
      throw new TypeError('the answer was cut off');
    return this.bytes;
  }

  async text() {
    return this.read().toString();
  }

  async json() {
    return JSON.parse(this.read().toString());
  }

  async arrayBuffer() {
    const bytes = this.read();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  }

  get body() {
    const whole = this.cutAt === undefined ? this.bytes.length : Math.min(this.cutAt, this.bytes.length);
    let at = 0;
    const read = async () => {
      if (at < whole) {
        const value = new Uint8Array(this.bytes.subarray(at, Math.min(at + 4096, whole)));
        at += value.length;
        return { done: false, value };
      }
      this.read();
      return { done: true, value: undefined };
    };
    return { getReader: () => ({ read }) };
  }
}

/** Write a form as a browser sends it. @returns {Promise<{type: string, body: Buffer}>} */
export async function encodeForm(form) {
  const entries = [...form.entries()];
  if (entries.every(([, value]) => typeof value === 'string')) {
    const body = Buffer.from(new URLSearchParams(entries).toString());
    return { type: 'application/x-www-form-urlencoded', body };
  }
  const boundary = '----congvan-simulator';
  const parts = [];
  for (const [name, value] of entries) {
    const isText = typeof value === 'string';
    const file = isText ? '' : `; filename="${value.name}"\r\nContent-Type: ${value.type}`;
    parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`));
    parts.push(isText ? Buffer.from(value) : Buffer.from(await value.arrayBuffer()), Buffer.from('\r\n'));
  }
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

/** The bytes of whatever a request carries. */
export async function bytesOf(body) {
  if (body === null || body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Blob) return Buffer.from(await body.arrayBuffer());
  return Buffer.from(body);
}
