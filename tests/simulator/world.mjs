/**
 * The devices' side of a simulated office: takes a schedule from the Python side, lets people act and faults befall
 * them in virtual time, heals everything, and tells what every device then holds.
 */
import { Clock, chance, settle, turn } from './clock.mjs';
import { Device } from './device.mjs';
import { Network } from './network.mjs';
import { act, enter, keepFile, mend, openCaseFile, resolve } from './person.mjs';
import { ask, receive, send } from './pipe.mjs';

const FOLLOW_MS = 700;
const HEALING_MS = 60_000;
const FIRST_SYNC_MS = 20_000;
const BACKED_UP_MS = 60_000;

export class World {
  constructor({ start_at, seed, devices }) {
    this.clock = new Clock(start_at);
    this.startedAt = start_at;
    this.network = new Network(this.clock, (header, body) => ask(header, body), chance(seed ^ 0x5eed));
    this.network.onChanged = (names) => {
      if (names.includes('records') || names.includes('accounts')) this.followSoon();
    };
    this.network.onSent = (device, action_id) => {
      const isKept = device.readOutbox().waiting.some((row) => row.action_id === action_id);
      if (isKept) Object.assign(this.issued.get(action_id), { is_carried: true });
    };
    this.network.onRefused = (action_id) => Object.assign(this.issued.get(action_id), { is_refused: true });
    this.devices = devices.map((facts) => new Device(this, facts, chance(seed * 1000 + facts.device)));
    this.issued = new Map();
    this.isFollowing = false;
    this.isHealing = false;
    this.backedUpAt = start_at;
    this.story = [];
  }

  /** The fan-out's own thread notices what was written. */
  followSoon() {
    if (this.isFollowing) return;
    this.isFollowing = true;
    this.clock.after(FOLLOW_MS, () => {
      this.isFollowing = false;
      this.serve({ kind: 'follow' });
    });
  }

  /** Let something happen on the server's side. */
  serve(header) {
    const { header: answer } = ask({ ...header, at: this.clock.now });
    this.network.heard(answer);
    return answer;
  }

  tell(text) {
    this.story.push({ at: this.clock.now - this.startedAt, text });
  }

  issue(facts) {
    if (this.issued.has(facts.action_id)) return;
    this.issued.set(facts.action_id, { ...facts, answers: [], is_written: false });
    const what = `${facts.verb} on ${facts.document_id} v${facts.seen}`;
    this.tell(`${facts.device} sends ${what} as ${facts.action_id}`);
  }

  told(action_id, answer, status) {
    this.issued.get(action_id).answers.push(answer);
    this.tell(`  ${action_id}: ${answer} (${status})`);
  }

  /** Note which actions are in a device's outbox: from then on they may not be lost. */
  async noteWritten(device) {
    await settle();
    this.noteRows(device.readOutbox());
  }

  /** What a device forgot with a backup older than an act is not expected of it; what it remembers again may be sent. */
  noteRestored(before, after) {
    const ids = (rows) => new Set(rows.map((row) => row.action_id));
    const kept = ids([...after.waiting, ...after.settled]);
    const known = ids([...before.waiting, ...before.settled]);
    const mark = (rows, name, others) => {
      for (const { action_id } of rows)
        if (!others.has(action_id)) Object.assign(this.issued.get(action_id), { [name]: true });
    };
    mark(before.waiting, 'is_forgotten', kept);
    mark(before.settled, 'is_rowless', kept);
    mark(after.waiting, 'is_revived', known);
  }

  noteRows({ waiting, settled }) {
    for (const row of [...waiting, ...settled]) {
      const known = this.issued.get(row.action_id);
      if (known) known.is_written = true;
    }
  }

  async run(steps) {
    for (const device of this.devices) {
      device.start();
      device.signIn();
    }
    await this.clock.runUntil(this.clock.now + FIRST_SYNC_MS);
    for (const step of steps) {
      await this.clock.runUntil(this.clock.now + step.wait_ms);
      await this.take(step);
    }
    return this.heal();
  }

  async take(step) {
    const device = this.devices[(step.device ?? 0) % this.devices.length];
    const random = chance(step.salt);
    this.backUp();
    const taken = STEPS[step.kind];
    if (step.kind !== 'act') this.tell(`[${step.n}] ${taken ? `${device.name}: ` : ''}${labelOf(step)}`);
    if (taken) await taken(this, device, step, random);
    else this.serve({ kind: 'step', step });
    await settle();
  }

  /** Every so often all devices are backed up as a whole; two backups are kept of each. */
  backUp() {
    if (this.clock.now < this.backedUpAt + BACKED_UP_MS) return;
    this.backedUpAt = this.clock.now;
    for (const device of this.devices)
      device.backups = [device.storage.backup(), ...device.backups].slice(0, 2);
  }

  /** End all faults, and give everybody a minute of ordinary life. */
  async heal() {
    this.tell('--- healing');
    this.isHealing = true;
    this.network.isSlow = false;
    this.serve({ kind: 'heal' });
    for (const device of this.devices) {
      device.skew = 0;
      device.storage.isFull = false;
      device.storage.sprung = null;
      device.link.heal();
      if (!device.life) device.start();
      device.online();
    }
    await this.clock.runUntil(this.clock.now + 2_000);
    for (const device of this.devices) {
      if (device.status.connection !== 'online' || device.status.person_id !== device.personId)
        device.signIn();
      else device.online();
    }
    await this.clock.runUntil(this.clock.now + HEALING_MS - 2_000);
    const devices = [];
    for (const device of this.devices) {
      const dumping = device.dump();
      await settle();
      devices.push(await dumping);
    }
    return { devices, issued: [...this.issued.values()], story: this.story, at: this.clock.now };
  }
}

function labelOf({ n, wait_ms, salt, device, kind, ...facts }) {
  const rest = Object.entries(facts).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [kind, ...rest].join(' ');
}

const later = (world, ms, work) => world.clock.after(ms, work);

/** What befalls one device; every other kind of step is the server's (`server.py`). */
const STEPS = {
  act(_world, device, step, random) {
    act(device, random, step);
  },
  resolve(_world, device, _step, random) {
    resolve(device, random);
  },
  case_file(_world, device, _step, random) {
    openCaseFile(device, random);
  },
  enter(_world, device, _step, random) {
    enter(device, random);
  },
  mend(_world, device, _step, random) {
    mend(device, random);
  },
  keep_file(_world, device, _step, random) {
    keepFile(device, random);
  },
  sync(_world, device) {
    device.online();
  },
  offline(world, { link }, { ms, way }) {
    if (way !== 'down') link.isUpLost = true;
    if (way !== 'up') link.isDownLost = true;
    if (way === 'refused') link.isRefused = true;
    later(world, ms, () => {
      link.isUpLost = false;
      link.isDownLost = false;
      link.isRefused = false;
    });
  },
  portal(world, { link }, { ms, status }) {
    link.portal = status;
    later(world, ms, () => {
      link.portal = 0;
    });
  },
  request(_world, { link }, { fault }) {
    if (fault.scramble) link.scramble = fault.scramble;
    else link.once.push(fault);
  },
  skew(world, device, { by_ms, ms }) {
    device.skew = by_ms;
    later(world, ms, () => {
      device.skew = 0;
    });
  },
  quota(world, device, { ms }) {
    device.storage.isFull = true;
    later(world, ms, () => {
      device.storage.isFull = false;
    });
  },
  async evict(world, device, { what }) {
    await world.noteWritten(device);
    device.kill();
    await settle();
    if (what === 'checkpoint') device.storage.forgetCheckpoint();
    else device.storage.evict();
    await settle();
    device.start();
    device.open(device.personId);
  },
  async restore(world, device, _step, random) {
    if (device.backups.length === 0) return;
    await world.noteWritten(device);
    device.kill();
    await settle();
    const before = device.readOutbox();
    device.storage.restore(random.pick(device.backups));
    world.noteRestored(before, device.readOutbox());
    device.start();
    device.open(device.personId);
  },
  async reload(world, device, { turns }) {
    // in the middle of whatever the worker is doing, if anything
    device.message({ type: 'sync' });
    for (let count = 0; count < turns; count += 1) await turn();
    device.kill();
    await world.noteWritten(device);
    device.start();
    device.open(device.personId);
  },
  /** The worker ends in the midst of writing, whatever it writes; the page starts another one. */
  dies(world, device, { writes, is_after }) {
    device.storage.trap(writes, is_after, () => {
      device.kill();
      later(world, 1, async () => {
        await world.noteWritten(device);
        if (device.life) return;
        device.start();
        device.open(device.personId);
      });
    });
  },
  async interrupted(world, device, { turns }, random) {
    act(device, random, {});
    for (let count = 0; count < turns; count += 1) await turn();
    device.kill();
    await world.noteWritten(device);
    device.start();
    device.open(device.personId);
  },
  async revoke(world, device, step) {
    // by its owner, who thought it lost, and finds it again: what it had not sent is handed over by another device id
    const device_id = await device.deviceId();
    if (device_id) world.serve({ kind: 'step', step: { ...step, device_id } });
  },
  async update(world, device) {
    await world.noteWritten(device);
    device.update();
  },
  sign_in(_world, device) {
    device.signIn();
  },
};

// transactions that an ended worker had under way are aborted, and nobody is left to hear of it
process.on('unhandledRejection', () => {});

for (;;) {
  const { header } = receive();
  const world = new World(header);
  try {
    const { devices, issued, story, at } = await world.run(header.steps);
    const body = Buffer.from(JSON.stringify({ devices, issued, story }));
    send({ kind: 'done', at }, body);
  } catch (error) {
    const body = Buffer.from(JSON.stringify({ error: String(error?.stack ?? error), story: world.story }));
    send({ kind: 'failed', at: world.clock.now }, body);
  }
}
