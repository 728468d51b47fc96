/* The document as a thing to rearrange: finding, adding, moving and renaming its parts. All functions write
   on the document they are given. */

/** Every question with its place: {page, question, pageIndex, index}. */
export function questions(doc) {
  return doc.pages.flatMap((page, pageIndex) => (page.questions ?? []).map((question, index) => ({ page, question, pageIndex, index })));
}

export const place = (doc, code) => questions(doc).find(({ question }) => question.code === code);
export const question = (doc, code) => place(doc, code)?.question;
export const page = (doc, code) => doc.pages.find((each) => each.code === code);
export const ending = (doc, code) => (doc.endings ?? []).find((each) => each.code === code);

/** All codes in use, whatever they name. */
export function codes(doc) {
  const listed = ["endings", "fields", "variables", "quotas"].flatMap((name) => doc[name] ?? []);
  return [...doc.pages, ...questions(doc).map((each) => each.question), ...listed].map((each) => each.code);
}

/** The next free code such as Q7: one above the highest number, so that no code comes back for something else. */
export function nextCode(doc, prefix, used = []) {
  const numbers = [...codes(doc), ...used].map((code) => new RegExp(`^${prefix}(\\d+)$`).exec(code)?.[1]).filter(Boolean);
  return prefix + (Math.max(0, ...numbers.map(Number)) + 1);
}

/** Adds a question after the selected one, or at the end of a page. */
export function add(doc, question, { page: code, after, at } = {}) {
  const spot = after && place(doc, after);
  const target = spot?.page ?? page(doc, code) ?? doc.pages.at(-1);
  target.questions ??= [];
  target.questions.splice(at ?? (spot ? spot.index + 1 : target.questions.length), 0, question);
}

export function remove(doc, code) {
  const spot = place(doc, code);
  spot.page.questions.splice(spot.index, 1);
  forget(doc, code);
}

/** Drops translations of a part that is gone. */
function forget(doc, code) {
  for (const table of Object.values(doc.translations ?? {}))
    for (const key of Object.keys(table)) if (key.startsWith(`${code}.`)) delete table[key];
}

/** A copy right below; references inside the copy to itself follow the new code. */
export function duplicate(doc, code, fresh) {
  const spot = place(doc, code);
  const copy = structuredClone(spot.question);
  copy.code = fresh;
  spot.page.questions.splice(spot.index + 1, 0, copy);
  for (const table of Object.values(doc.translations ?? {}))
    for (const [key, text] of Object.entries(table)) if (key.startsWith(`${code}.`)) table[fresh + key.slice(code.length)] = text;
}

/** Puts a question before the entry `index` of a page (counted before it is taken out). */
export function move(doc, code, pageCode, index) {
  const spot = place(doc, code);
  const target = page(doc, pageCode);
  const shift = spot.page === target && spot.index < index ? 1 : 0;
  spot.page.questions.splice(spot.index, 1);
  target.questions.splice(index - shift, 0, spot.question);
}

/** One place up (-1) or down (1), over the borders of pages; false at either end. */
export function step(doc, code, by) {
  const { page: from, pageIndex, index } = place(doc, code);
  if (from.questions[index + by]) {
    from.questions.splice(index + by, 0, from.questions.splice(index, 1)[0]);
    return true;
  }
  const to = doc.pages[pageIndex + by];
  if (!to) return false;
  to.questions ??= [];
  to.questions.splice(by < 0 ? to.questions.length : 0, 0, from.questions.splice(index, 1)[0]);
  return true;
}

export function addPage(doc, index) {
  const fresh = { code: nextCode(doc, "p"), questions: [] };
  doc.pages.splice(index, 0, fresh);
  return fresh.code;
}

export function movePage(doc, code, by) {
  const index = doc.pages.findIndex((each) => each.code === code);
  if (!doc.pages[index + by]) return false;
  doc.pages.splice(index + by, 0, doc.pages.splice(index, 1)[0]);
  return true;
}

/** Joins a page with the one before it; jumps to it lead to the joined page. */
export function mergePage(doc, code) {
  const index = doc.pages.findIndex((each) => each.code === code);
  const [first, second] = [doc.pages[index - 1], doc.pages[index]];
  first.questions = [...(first.questions ?? []), ...(second.questions ?? [])];
  const next = [...(first.next ?? []), ...(second.next ?? [])];
  if (next.length) first.next = next;
  doc.pages.splice(index, 1);
  for (const rule of rules(doc)) if (rule.go === code) rule.go = first.code;
  forget(doc, code);
  return first.code;
}

/** Begins a new page with this question. */
export function splitPage(doc, code) {
  const { page: from, pageIndex, index } = place(doc, code);
  const fresh = addPage(doc, pageIndex + 1);
  page(doc, fresh).questions = from.questions.splice(index);
  if (from.next) page(doc, fresh).next = from.next;
  delete from.next;
  return fresh;
}

export function removePage(doc, code) {
  const found = page(doc, code);
  for (const { code: inside } of [...(found.questions ?? [])]) remove(doc, inside);
  doc.pages.splice(doc.pages.indexOf(found), 1);
  forget(doc, code);
}

/** All jump rules. */
const rules = (doc) => doc.pages.flatMap((each) => each.next ?? []);

/** Where respondents can be sent from a page: later pages, then endings. */
export function destinations(doc, pageCode) {
  const index = doc.pages.findIndex((each) => each.code === pageCode);
  return { pages: doc.pages.slice(index + 1), endings: doc.endings ?? [] };
}

/** The day and time of an entry that has them, such as one that can be booked; "" for all others. */
export const moment = ({ date, start, end }) => [date, [start, end].filter(Boolean).join("–")].filter(Boolean).join(" ");

/** What an entry is called: its text, behind its day and time. */
export const entryName = (entry) => [moment(entry), entry.label].filter(Boolean).join(" ");
