/** People at their devices: they open a page, think, fill in a form of what the card allows, and send it. */
import { createHash } from 'node:crypto';

const LEADERS = ['bao', 'hanh', 'khoa'];
const UNITS = ['cntt', 'bcvt', 'ttbcxb', 'van-phong'];
/** How often somebody goes on with the document that they had open: chains of acts come from that. */
const STAYING = 0.4;
const LIKING = {
  add_comment: 2,
  take_on: 3,
  conclude: 3,
  return_assignment: 2,
  request_extension: 2,
  decide_extension: 4,
  request_excuse: 2,
  decide_excuse: 4,
  hand_over: 1,
  urge: 1,
  return_draft: 2,
  resolve_conflict: 0,
  withdraw_document: 1,
  follow: 1,
  undo_act: 1,
  request_repair: 1,
};

/** What a forged form may ask for, whatever the card allows. */
const VERBS = {
  incoming: [
    'present_to_leader',
    'assign',
    'take_on',
    'return_assignment',
    'hand_over',
    'start_draft',
    'conclude',
  ],
  outgoing: ['add_version', 'submit_draft', 'submit_to_leader', 'return_draft', 'approve'],
};

/** A PDF that differs from every other one. */
function pdf(text) {
  const body = `%PDF-1.7\n%${text}\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n`;
  const file = new File([body], 'du-thao.pdf', { type: 'application/pdf' });
  return { file, sha256: createHash('sha256').update(body).digest('hex') };
}

/** Do something to some document of the inbox, or to one of its kind. */
export async function act(
  device,
  random,
  { thinking = 0, isDouble = false, isPlain = false, isForged = false } = {},
) {
  const last = random.is(STAYING) ? await open(device, device.lastDocument) : null;
  const isGoingOn = last !== null && (isForged || verbsOf(last).length > 0);
  const page = isGoingOn ? last : await open(device, await chooseDocument(device, random));
  if (!page) return;
  const documentId = page.card._id;
  const [kind, id] = documentId.split(':');
  const verbs = isForged ? VERBS[kind] : verbsOf(page);
  if (verbs.length === 0) return;
  const verb = random.pick(verbs);
  const fields = fieldsOf(verb, page, device, random);
  if (!fields) return;
  await device.world.clock.sleep(thinking);
  const path = `/${kind}/${id}/${verb.replaceAll('_', '-')}`;
  const action_id = `${page.new_action_id}-${verb.replaceAll('_', '-')}`;
  const sending = {
    path,
    action_id,
    seen: page.card.version,
    verb,
    document_id: documentId,
    fields,
    isPlain,
    isForged,
  };
  const first = post(device, sending);
  if (isDouble) await Promise.all([first, device.world.clock.sleep(50).then(() => post(device, sending))]);
  await first;
}

/** Open a document. @returns {Promise<any>} its page; null when it cannot be opened */
async function open(device, documentId) {
  if (!documentId) return null;
  const [kind, id] = documentId.split(':');
  const page = await device.look(`/${kind}/${id}`);
  if (page) device.lastDocument = documentId;
  return page;
}

/** What the card allows, the more often the more it is liked. */
function verbsOf({ card }) {
  const mending = [...(card.undo ? ['undo_act'] : []), ...(card.may_ask_repair ? ['request_repair'] : [])];
  return [...card.allowed_actions, ...mending].flatMap((verb) => Array(LIKING[verb] ?? 6).fill(verb));
}

/** Open a list and pick a document from it; null when there is none. */
async function chooseDocument(device, random) {
  const folders = random.is(0.8) ? ['todo', 'watching', 'done'] : ['watching', 'done', 'todo'];
  let inbox = null;
  for (const folder of folders) {
    inbox = await device.look(`/inbox?folder=${folder}`);
    if (!inbox || inbox.cards.length > 0) break;
  }
  return inbox && inbox.cards.length > 0 ? random.pick(inbox.cards.slice(0, 12))._id : null;
}

/** End a conflict that waits for this person. */
export async function resolve(device, random) {
  const page = await device.look('/reviews');
  const mine = (page?.reviews ?? []).filter((review) => review.is_mine);
  if (mine.length === 0) return;
  const review = random.pick(mine);
  const [kind, id] = review.document._id.split(':');
  await post(device, {
    path: `/${kind}/${id}/resolve-conflict`,
    action_id: `${page.new_action_id}-${review.review_id.slice(0, 12)}`,
    seen: review.document.version,
    verb: 'resolve_conflict',
    document_id: review.document._id,
    fields: {
      review_id: review.review_id,
      choice: random.pick(review.choices),
      version_sha256: review.version_sha256,
      note: '',
    },
  });
}

/** Do what waits about a flow that went wrong. */
export async function mend(device, random) {
  const page = await device.look('/repairs?kept=1');
  const waiting = page?.waiting ?? [];
  if (waiting.length === 0) return;
  const one = random.pick(waiting);
  const verb = random.pick(one.actions);
  const words = `Ý kiến ${random.below(1e6)}`;
  const said = { confirm_repair: { note: words }, refuse_repair: { reason: words } }[verb] ?? {};
  await post(device, {
    path: `/incoming/${one.key}/${verb.replaceAll('_', '-')}`,
    action_id: `${page.new_action_id}-${verb.replaceAll('_', '-').slice(0, 9)}`,
    seen: one.version,
    verb,
    document_id: `incoming:${one.key}`,
    fields: { repair_id: one.repair_id, ...said },
    isPlain: true,
  });
}

/** Put a document into a case file of one's own, take one out, close the file or open it again. */
export async function keepFile(device, random) {
  const { case_files = [] } = (await device.look('/case-files')) ?? {};
  const own = case_files.filter((file) => !file.pending);
  if (own.length === 0) return;
  const key = random.pick(own)._id.split(':')[1];
  const page = await device.look(`/case-files/${key}?kept=1`);
  if (!page?.is_own) return;
  const { file, entries, new_action_id } = page;
  const filed = entries.filter((one) => one.is_filed);
  const verbs =
    file.state === 'closed' ? ['reopen_case_file'] : ['file_document', 'file_document', 'close_case_file'];
  if (filed.length > 0 && file.state !== 'closed') verbs.push('unfile_document', 'unfile_document');
  const verb = random.pick(verbs);
  const chosen = verb === 'file_document' ? await chooseDocument(device, random) : random.pick(filed)?._id;
  if (verb === 'file_document' && !chosen) return;
  const fields = {
    file_document: { document: chosen },
    unfile_document: { document: chosen },
    close_case_file: { note: '' },
    reopen_case_file: { reason: 'Bổ sung' },
  };
  await post(device, {
    path: `/case-files/${key}/${verb.replaceAll('_', '-')}`,
    action_id: `${new_action_id}-${verb.replaceAll('_', '-').slice(0, 9)}`,
    seen: file.version,
    verb,
    document_id: file._id,
    fields: fields[verb],
    isPlain: true,
  });
}

/** Open a case file of one's own. */
export async function openCaseFile(device, random) {
  const page = await device.look('/case-files');
  if (!page) return;
  const fields = { title: `Hồ sơ ${random.below(1000)}`, notation: '', retention: '' };
  const { new_action_id: action_id } = page;
  await post(device, {
    path: '/case-files',
    action_id,
    seen: 0,
    verb: 'create_case_file',
    document_id: null,
    fields,
  });
}

/** Make an entry of the arrival book, in whose form anybody may come who knows its address. */
export async function enter(device, random) {
  const number = random.below(1e9);
  const action_id = `entry-${device.personId}-${number}`;
  const sending = {
    path: '/incoming',
    action_id,
    seen: 0,
    verb: 'register_incoming',
    document_id: null,
    fields: {
      sender: 'UBND tỉnh Gia Lai',
      number: `${number}/GM`,
      subject: `UBND tỉnh yêu cầu báo cáo chuyển đổi số năm 2026 lần ${number} trước ngày 05/12/2026`,
      leader_id: random.is(0.8) ? random.pick(LEADERS) : '',
      file: random.is(0.5) ? pdf(action_id) : '',
    },
    isPlain: true,
  };
  const first = post(device, sending);
  if (random.is(0.1))
    await Promise.all([first, device.world.clock.sleep(50).then(() => post(device, sending))]);
  await first;
}

/** Send a form and write down what its author was told. */
async function post(
  device,
  { path, action_id, seen, verb, document_id, fields, isPlain = false, isForged = false },
) {
  const { world } = device;
  if (world.isHealing) return; // nobody begins anything new then
  const form = new FormData();
  form.set('action_id', action_id);
  form.set('seen_version', String(seen));
  form.set('after', '');
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) for (const one of value) form.append(name, one);
    else if (value?.file) form.set(name, value.file);
    else form.set(name, value);
  }
  world.issue({
    action_id,
    verb,
    document_id,
    seen,
    person_id: device.personId,
    device: device.name,
    at: world.clock.now,
    skew: device.skew,
    is_forged: isForged,
    version_sha256: fields.version_sha256 ?? null,
    text: fields.text ?? fields.directive ?? fields.reason ?? fields.result ?? null,
  });
  const headers = isPlain
    ? {}
    : { 'HX-Request': 'true', 'HX-Target': 'document', 'HX-Current-URL': '/inbox' };
  const answer = await device.ask(path, {
    method: 'POST',
    form,
    headers,
    redirect: isPlain ? 'manual' : 'follow',
  });
  // the page of some network's own is none of ours, as anybody sees
  const isOurs = answer !== null && !answer.isForeign;
  const outcome =
    !isOurs || answer.status === 401 || answer.status >= 500
      ? 'error'
      : answer.status < 400
        ? 'taken'
        : 'refused at the form';
  world.noteRows(device.readOutbox());
  world.told(action_id, outcome, answer?.status ?? 0);
}

/** What somebody writes into a form; null when there is nobody to name. */
function fieldsOf(verb, { card, directory }, device, random) {
  const words = `Ý kiến ${random.below(1e6)}`;
  const me = device.personId;
  const version_sha256 = card.current_version?.sha256 ?? '';
  const own = (directory.people ?? []).find((person) => person.person_id === me);
  switch (verb) {
    case 'present_to_leader':
      return { leader_id: random.pick(LEADERS), note: words };
    case 'assign':
      return recipients(card, directory, me, own, words, random);
    case 'take_on':
      return { note: words };
    case 'return_assignment':
      return { reason: words };
    case 'request_extension':
      return { due_on: `2027-01-${10 + random.below(20)}`, reason: words };
    case 'decide_extension': {
      const asked = card.assignments.filter((row) => row.extension?.state === 'open');
      if (asked.length === 0) return null;
      const { request_id } = random.pick(asked).extension;
      return { request_id, is_granted: random.is(0.7) ? '1' : '0', due_on: '', note: words };
    }
    case 'request_excuse':
      return { reason: words };
    case 'decide_excuse': {
      const asked = card.assignments.filter((row) => row.excuse?.state === 'open');
      if (asked.length === 0) return null;
      const { request_id } = random.pick(asked).excuse;
      return { request_id, is_granted: random.is(0.7) ? '1' : '0', note: words };
    }
    case 'hand_over': {
      const colleagues = (directory.people ?? []).filter(
        (person) => person.unit_id === own?.unit_id && person.person_id !== me,
      );
      return colleagues.length > 0 ? { to_person: random.pick(colleagues).person_id, reason: words } : null;
    }
    case 'undo_act':
      return { undone: card.undo.action_id };
    case 'request_repair': {
      const wanted = card.my_assignment?.state === 'concluded' ? 'reopen' : 'reroute';
      return { wanted, target: `unit:${random.pick(UNITS)}`, reason: words };
    }
    case 'urge':
      return { grade: random.pick(['remind', 'urge', 'final']), text: words };
    case 'add_comment':
      return { text: words };
    case 'follow':
      return { is_followed: card.is_followed ? '' : '1' };
    case 'start_draft': {
      const subject = `Báo cáo kết quả chuyển đổi số năm 2026 số ${random.below(1e6)}`;
      return { subject, type: 'BC', urgency: '', due_on: '', file: pdf(`${me} ${words}`), note: '' };
    }
    case 'add_version':
      return { file: pdf(`${me} ${words}`), note: words };
    case 'submit_draft': {
      const heads = (directory.people ?? []).filter(
        (person) =>
          person.unit_id === own?.unit_id &&
          person.person_id !== me &&
          person.roles.some((role) => role === 'division_head' || role === 'deputy_division_head'),
      );
      return heads.length > 0
        ? { to_person: random.pick(heads).person_id, note: words, version_sha256 }
        : null;
    }
    case 'submit_to_leader':
      return { leader_id: random.pick(LEADERS), note: words, version_sha256 };
    case 'return_draft':
      return { reason: words, return_to: random.pick(['drafter', 'division', '']), version_sha256 };
    case 'withdraw_document':
      return random.is(0.15) ? { reason: words } : null; // what is withdrawn is no longer played with
    case 'approve':
      return { version_sha256, is_content_approved: '1', is_form_approved: '1', note: words };
    case 'conclude': {
      const known = random.is(0.5) ? (directory.case_files ?? [])[0] : undefined;
      const title = `Hồ sơ ${random.below(1000)}`;
      return known
        ? { case_file_id: known._id, result: words }
        : { new_case_file_title: title, result: words };
    }
    default:
      return null;
  }
}

/** Whom a document is given to: units for leaders, people of their own for heads. */
function recipients(card, directory, me, own, words, random) {
  const people = (directory.people ?? []).filter((one) => one.person_id !== me && one.roles.length > 0);
  const staff = people.filter((one) => one.unit_id === own?.unit_id).map((one) => `person:${one.person_id}`);
  const isWide = card.assign_scope === 'office';
  const units = UNITS.map((unit) => `unit:${unit}`);
  const pool = isWide ? [...units, ...units, ...people.map((one) => `person:${one.person_id}`)] : staff;
  if (pool.length === 0) return null;
  const targets = [...new Set(random.some(pool, 3))];
  const shape = random.pick(['lead', 'lead', 'lead', 'many', 'inform']);
  const said = {
    directive: words,
    due_on: random.is(0.5) ? '2026-12-31' : '',
    direct_reason: words,
    is_answer_required: random.is(0.2) ? '1' : '',
    is_entry_confirmed: '1',
    type: '',
    field: '',
  };
  if (shape === 'lead') return { lead: targets[0], collaborating: targets.slice(1), ...said };
  if (shape === 'many') return { simultaneous: targets, ...said };
  return { informed: targets, ...said };
}
