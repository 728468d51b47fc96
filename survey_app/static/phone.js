/* The respondent's page. The server has drawn a form that works by itself; this script shows it screen by
   screen, follows the survey's logic without asking the server, and saves every step so that nothing is lost. */
(function () {
  'use strict';

  const form = document.getElementById('survey');
  if (!form || !window.fetch || !window.URL || !Object.entries || !('content' in document.createElement('template'))) return;

  const data = (id) => JSON.parse(document.getElementById(id).textContent);
  const plan = data('plan'), door = data('door'), words = data('words');
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const say = (text, params) => text.replace(/%%|%\((\w+)\)s/g, (place, name) => (name ? params[name] : '%'));

  document.documentElement.classList.add('js');
  plan.today = door.today;
  all('template[data-rest]').forEach((rest) => {
    const instead = rest.dataset.rest && one('.q[data-code="' + rest.dataset.rest + '"]');
    if (instead) instead.remove();
    rest.replaceWith(rest.content);
  });

  const fields = {};
  all('.q').forEach((q, place) => {
    fields[q.dataset.code] = q;
    q.hidden = door.one && place > 0; /* laying out what nobody sees yet takes a slow phone longer than all else */
  });
  const controls = {};
  Object.keys(plan.questions).forEach((code) => {
    controls[code] = all('input,select,textarea', fields[code]).filter((each) => each.name && each.type !== 'file');
  });
  const bar = one('.bar'), back = one('.back'), next = one('.bar .primary'), note = one('.state');
  const progress = one('.progress'), spoken = one('.spoken');

  /* ---- What the controls hold ---- */

  const part = (control, code) => control.name.slice(code.length + 1);
  const ticks = (control) => control.type === 'radio' || control.type === 'checkbox';

  /* The option chosen in a list; any other control is its own. */
  const picked = (control) => control.tagName === 'SELECT' && control.selectedOptions[0] || control;

  function strings(control) {
    if (control.disabled || picked(control).disabled || (ticks(control) && !control.checked) || control.closest('.row[hidden]')) return [];
    return control.value.trim() ? [control.value] : [];
  }

  /* What a form would send for a question: sub-name → strings. */
  function read(code) {
    const raw = {};
    controls[code].forEach((control) => {
      strings(control).forEach((text) => {
        const name = part(control, code);
        (raw[name] = raw[name] || []).push(text);
      });
    });
    return raw;
  }

  function fill(code, raw) {
    const nth = {};
    controls[code].forEach((control) => {
      const name = part(control, code), given = raw[name] || [];
      const listed = control.tagName === 'SELECT' && name; /* an option in an order of options */
      const place = listed ? (raw[''] || []).indexOf(name) + 1 : 0;
      if (ticks(control)) control.checked = given.includes(control.value);
      else control.value = given[nth[name] = nth[name] + 1 || 0] || (place ? String(place) : '');
    });
    fields[code].dispatchEvent(new Event('refill'));
  }

  /* ---- Facts: what conditions look at ---- */

  const fold = (text) => text.normalize('NFKC').toLowerCase().toUpperCase().split(/\s+/).filter(Boolean).join(' ');
  const DAY = 864e5;

  function day(value) {
    const text = String(value == null ? '' : value);
    return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.slice(0, 10) + 'T00:00:00Z') / DAY : NaN;
  }

  function numeric(text) {
    const plain = text.normalize('NFKC').replace(/[\s,]/g, '');
    return plain && isFinite(plain) ? Number(plain) : null;
  }

  function typed(text, ops) {
    if (ops.includes('B')) return text === 'yes';
    const number = ops.includes('N') ? numeric(text) : null;
    return number === null ? text : number;
  }

  /* What people read at a control. */
  function caption(control, code) {
    const named = plan.questions[code].labels || {};
    if (control.value in named) return named[control.value];
    if (control.tagName === 'SELECT') return picked(control).textContent.trim();
    return ticks(control) ? control.closest('label').textContent.trim() : control.value.trim();
  }

  function tokens(control) {
    return (picked(control).dataset.buckets || '').split(' ').filter(Boolean);
  }

  const NOTED = 'MT'; /* operators of several options, each with a comment */
  const nothing = (ops) => ({ ops, list: [], buckets: [], said: [], text: '', rows: {} });

  function add(found, control, code) {
    const given = control.value.trim();
    found.list.push(typed(given, found.ops));
    found.said.push(caption(control, code));
    found.buckets.push(...tokens(control));
    if (!ticks(control) && control.tagName !== 'SELECT') found.text += (found.text && '\n') + given;
  }

  /* One answer: its members, what they are called, the buckets it falls in, the customer's words, its rows. */
  function answer(code) {
    const { begins, ops = 'Q' } = plan.questions[code], found = nothing(ops), told = mine.told && mine.told[code];
    if (told && told.of === text(read(code))) return told.is;
    if (begins && begins.is && text(begins.raw) === text(read(code))) return begins.is;
    controls[code].forEach((control) => {
      const name = part(control, code);
      if (!strings(control).length || 'aside' in control.dataset) return;
      if (name === 'other') found.text = control.value.trim();
      else add(name ? (found.rows[name] = found.rows[name] || nothing((plan.questions[code].rows || {})[name] || ops.replace('R', ''))) : found, control, code);
    });
    const rows = Object.keys(found.rows), place = (row) => found.rows[row].list[0];
    if (ops === NOTED) found.list.push(...rows.filter((row) => !found.list.includes(row)));
    else if (rows.length && ops.includes('D')) rows.forEach((row) => found.list.push(...found.rows[row].list));
    else if (rows.length) found.list = ops.includes('K') ? rows.sort((a, b) => place(a) - place(b)) : Array.from(new Set(rows.map((row) => row.split('.')[0])));
    rows.forEach((row, at) => {
      const part = found.rows[row];
      if (ops.includes('K')) part.buckets = [row, row + ':' + (at + 1)]; /* the places of what is hidden close up */
      found.buckets.push(...part.buckets);
      found.text += (found.text && '\n') + part.text;
      part.buckets = part.buckets.filter((each) => each.startsWith(row + ':')).map((each) => each.slice(row.length + 1));
    });
    return found.list.length || (found.text && !ops.includes('T')) ? found : null;
  }

  const lone = (found) => (found.list.length === 1 && !found.ops.includes('M') ? found.list[0] : undefined);
  const given = (value) => Object.assign(nothing(''), { list: [].concat(value), text: typeof value === 'string' ? value : '' });

  function operand(want, facts) {
    if (want === null || typeof want !== 'object' || Array.isArray(want)) return want;
    if ('field' in want) return facts.fields[want.field];
    if ('variable' in want) return facts.variable(want.variable);
    if ('today' in want) return new Date((day(plan.today) + want.today) * DAY).toISOString().slice(0, 10);
    const found = facts.answers[want.question], mine = found && (want.row ? found.rows[want.row] : found);
    if (!mine) return undefined;
    return mine.ops.includes('M') || Object.keys(mine.rows).length ? mine.list : mine.list[0];
  }

  function sized(limit, size) {
    if (typeof limit !== 'object') return size === limit;
    return Object.entries(limit).every(([name, than]) =>
      name === 'between' ? size >= than[0] && size <= than[1] : COMPARE[name](size, than));
  }

  const COMPARE = {
    equals: (a, b) => a === b,
    less: (a, b) => a < b,
    at_most: (a, b) => a <= b,
    more: (a, b) => a > b,
    at_least: (a, b) => a >= b,
  };

  function same(found, want, facts, exact) {
    const mine = lone(found), other = operand(want, facts);
    if (other === undefined || other === null) return undefined;
    if (mine === other || found.buckets.includes(want)) return true;
    const folds = !exact && typeof mine === 'string' && typeof other === 'string' && (found.ops.includes('T') || found.ops === '');
    return folds && fold(mine) === fold(other);
  }

  const has = (found, member) => found.list.includes(member) || found.buckets.includes(member);
  const count = (found) => found.list.length;

  function texts(holds) {
    return (found, want, facts, exact) => {
      const fit = exact ? String : fold;
      return [].concat(want).some((each) => {
        const text = operand(each, facts);
        return typeof text === 'string' && fit(text) !== '' && holds(fit(found.text), fit(text));
      });
    };
  }

  function compared(name) {
    return (found, want, facts) => {
      const mine = lone(found), other = operand(want, facts);
      return typeof mine === 'number' && typeof other === 'number' && COMPARE[name](mine, other);
    };
  }

  function dated(holds) {
    return (found, want, facts) => {
      const mine = day(found.list[0]), other = day(operand(want, facts));
      return !isNaN(mine) && !isNaN(other) && holds(mine, other);
    };
  }

  const TESTS = {
    is: (found, want, facts, exact) => same(found, want, facts, exact) === true,
    is_not: (found, want, facts, exact) => same(found, want, facts, exact) === false,
    in: (found, want, facts, exact) => want.some((each) => TESTS.is(found, each, facts, exact)),
    not_in: (found, want, facts, exact) => want.every((each) => TESTS.is_not(found, each, facts, exact)),
    any_of: (found, want) => want.some((each) => has(found, each)),
    all_of: (found, want) => want.every((each) => has(found, each)),
    none_of: (found, want) => !want.some((each) => has(found, each)),
    exactly: (found, want) => count(found) === new Set(want).size && want.every((each) => found.list.includes(each)),
    count: (found, want) => sized(want, count(found)),
    between: (found, want, facts) => typeof found.list[0] === 'string'
      ? TESTS.since(found, want[0], facts) && TESTS.until(found, want[1], facts)
      : TESTS.at_least(found, want[0], facts) && TESTS.at_most(found, want[1], facts),
    contains: texts((mine, text) => mine.includes(text)),
    starts: texts((mine, text) => mine.startsWith(text)),
    ends: texts((mine, text) => mine.endsWith(text)),
    matches(found, want, facts, exact) {
      try {
        return new RegExp(want, exact ? 'u' : 'iu').test(exact ? found.text : found.text.normalize('NFKC'));
      } catch (refused) {
        return false;
      }
    },
    length: (found, want) => sized(want, Array.from(found.text.trim()).length),
    before: dated((mine, other) => mine < other),
    after: dated((mine, other) => mine > other),
    on: dated((mine, other) => mine === other),
    since: dated((mine, other) => mine >= other),
    until: dated((mine, other) => mine <= other),
    ranks(found, want) {
      const rank = found.list.indexOf(want.option), rival = found.list.indexOf(want.before);
      const limits = Object.keys(want).filter((name) => COMPARE[name]);
      return rank >= 0 && (rival < 0 || rank < rival) && limits.every((name) => COMPARE[name](rank + 1, want[name]));
    },
    within(found, want) {
      const apart = day(found.list[0]) - day(plan.today);
      return apart >= -(want.last || 0) && apart <= (want.next || 0);
    },
  };
  Object.keys(COMPARE).forEach((name) => { TESTS[name] = compared(name); });

  const ADDRESS = ['question', 'field', 'variable', 'row', 'iteration', 'exact'];
  const COUNTED = { answered: ['answered'], shown: ['answered', 'skipped'], reached: ['answered', 'skipped', 'not_shown'] };

  /* The truth of a condition; an absent answer makes every comparison false. */
  function holds(tree, facts) {
    if (tree.all) return tree.all.every((each) => holds(each, facts));
    if (tree.any) return tree.any.some((each) => holds(each, facts));
    if (tree.not) return !holds(tree.not, facts);
    if (tree.turn) return holds(tree.turn[tree.turn.length - 1], facts) && tree.turn.filter((each) => holds(each, facts)).length <= tree.at_most;
    if (tree.quota) return (door.full || []).includes(tree.quota) === (tree.full !== false);
    const name = Object.keys(tree).find((key) => !ADDRESS.includes(key)), want = tree[name];
    if (!tree.question) {
      const value = operand(tree, facts), known = value !== undefined && value !== null;
      return name === 'answered' ? known === want : known && TESTS[name](given(value), want, facts, tree.exact);
    }
    if (COUNTED[name] && !tree.row) return COUNTED[name].includes(facts.states[tree.question]) === want;
    const found = facts.answers[tree.question];
    if (!found) return false;
    if (!tree.row) return TESTS[name](found, want, facts, tree.exact);
    const rows = tree.row === 'any' || tree.row === 'every' ? plan.questions[tree.question].parts || visible(tree.question) : [tree.row];
    const truth = (row) => name === 'answered'
      ? (row in found.rows) === want
      : row in found.rows && TESTS[name](found.rows[row], want, facts, tree.exact);
    return tree.row === 'every' ? rows.length > 0 && rows.every(truth) : rows.some(truth);
  }

  /* Rows, or the cells of rows that have some, that this respondent sees. */
  const visible = (code) => all('.row, .cell', fields[code])
    .filter((each) => !each.hidden && !each.closest('.row').hidden && !each.querySelector('.cell')).map((each) => each.dataset.row);

  /* Calculated values: the script for them comes along where a survey has any. */
  const value = (tree, facts) =>
    (tree === null || typeof tree !== 'object' || Array.isArray(tree) ? tree : survey.calculate && survey.calculate(tree, facts));

  /* ---- Orders: the server draws the same ones from the same id ---- */

  const mixed = (bits, text) => Array.from(text).reduce((sum, sign) => Math.imul(sum ^ sign.charCodeAt(0), 16777619), bits);
  const seed = (id) => (mixed(2166136261, id) >>> 0) & 0x7fffffff;

  function chance(...parts) {
    let bits = mixed(2166136261, parts.join(':'));
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  }

  function shuffled(list, how, salt, id) {
    const start = seed(id);
    if (how === 'reverse_half') return chance(start, salt) & 1 ? list.slice().reverse() : list;
    const last = how === 'random_keep_last' ? list.slice(-1) : [];
    const free = list.slice(0, list.length - last.length).map((each) => [chance(start, salt, each), each]);
    return free.sort((a, b) => a[0] - b[0]).map((each) => each[1]).concat(last);
  }

  function arrange(id) {
    Object.entries(plan.questions).forEach(([code, about]) => {
      if (!about.order) return;
      const [how, salt, ids] = about.order, parts = {};
      all('.row', fields[code]).forEach((row) => { parts[row.dataset.row] = row; });
      if (!Object.keys(parts).length) entries(code).forEach((each) => { parts[each.value] = each.closest('label') || each; });
      const mark = parts[ids[0]].parentNode.insertBefore(document.createComment(''), ids.map((each) => parts[each])
        .reduce((a, b) => (a.compareDocumentPosition(b) & 2 ? b : a)));
      shuffled(ids, how, salt, id).forEach((each) => mark.parentNode.insertBefore(parts[each], mark));
      mark.remove();
    });
    plan.pages.forEach((page) => {
      page.shown = page.order ? shuffled(page.questions, page.order, page.code, id) : page.questions;
      page.shown.forEach((code) => fields[code].parentNode.append(fields[code]));
    });
  }

  /* Inputs and list entries that stand for an option or a column. */
  const entries = (code) => all('[data-buckets]', fields[code]);

  /* ---- The path ---- */

  const forced = new Set(); /* questions the server insists on */

  /* Whether an entry ran out (taken) or its time has passed (past). */
  const among = (map, code, each) => (map && map[code] || []).some((bucket) => each.dataset.buckets.split(' ').includes(bucket));

  /* What ran out stays in sight and says so. */
  function close(code, each) {
    each.checked = each.selected = false;
    each.disabled = true;
    const label = each.closest('label'), word = fields[code].dataset.full;
    if (!label) each.textContent = each.textContent.endsWith(word) ? each.textContent : each.textContent + ' · ' + word;
    else if (!label.querySelector('.gone')) label.append(Object.assign(document.createElement('span'), { className: 'gone', textContent: word }));
  }

  /* Hides what this respondent does not see; false when a list has nothing left. */
  function choose(code, about, facts) {
    if (!about.options && !fields[code].dataset.full) return true;
    const hidden = Object.keys(about.options || {}).filter((id) => !holds(about.options[id], facts));
    entries(code).forEach((each) => {
      each.disabled = each.hidden = hidden.includes(each.value) || among(door.past, code, each);
      const label = each.closest('label');
      if (label) label.hidden = each.hidden;
      if (among(door.taken, code, each)) close(code, each);
    });
    all('[data-row]', fields[code]).forEach((row) => {
      row.hidden = row.disabled = row.dataset.row.split('.').some((id) => hidden.includes(id));
      if (!row.matches('.row')) all('input, select', row).forEach((each) => { each.disabled = row.hidden; });
    });
    return !(about.lists || []).some((list) => list.every((id) => hidden.includes(id)));
  }

  function visit(page, facts) {
    const shown = !page.show || holds(page.show, facts);
    return page.questions.filter((code) => {
      const about = plan.questions[code];
      const seen = forced.has(code) || (shown && (!about.show || holds(about.show, facts)) && choose(code, about, facts));
      if (about.ops === undefined) return seen;
      facts.known = {};
      const able = !about.enable || holds(about.enable, facts);
      fields[code].disabled = !able;
      if (!able && begun(about)) preset(code, facts, true);
      const found = seen && (able || begun(about)) ? answer(code) : null;
      if (found) facts.answers[code] = found;
      facts.states[code] = !seen ? 'not_shown' : found ? 'answered' : 'skipped';
      return seen && !about.unseen;
    });
  }

  /* Everything on this respondent's way as far as is known: [{key, page, codes}], and where it ends. */
  function walk() {
    const facts = { answers: {}, states: {}, fields: door.fields, known: {} };
    facts.variable = (code) => {
      if (!(code in facts.known)) facts.known[code] = value(plan.variables[code], facts);
      return facts.known[code];
    };
    const path = { facts, screens: [], ending: Object.keys(plan.endings)[0] };
    for (let at = 0; at < plan.pages.length;) {
      const page = plan.pages[at], seen = visit(page, facts), codes = page.shown.filter((code) => seen.includes(code));
      at += 1;
      if (codes.length) path.screens.push(...(door.one ? split(page, codes) : [{ key: page.code, page: page.code, codes }]));
      const last = path.screens[path.screens.length - 1];
      if (!last || last.page.split('@')[0] !== page.code.split('@')[0]) continue;
      const rule = page.next.find((each) => !each.when || (codes.length && holds(each.when, facts)));
      if (!rule) continue;
      if (plan.endings[rule.go]) {
        path.ending = rule.go;
        break;
      }
      at = plan.pages.findIndex((each) => each.code === rule.go);
    }
    return path;
  }

  const begun = (about) => about.begins || about.default !== undefined;

  /* Fills in what a question begins with: fixed, as the server would, or worked out. */
  function preset(code, facts, always) {
    const { begins, default: tree } = plan.questions[code];
    if (begins) {
      fill(code, begins.raw);
      return;
    }
    const found = value(tree, facts), none = found === undefined || found === null;
    if (!none || always) fill(code, none ? {} : { '': [].concat(found).map((each) => (each === true ? 'yes' : each === false ? 'no' : String(each))) });
  }

  /* A question that somebody answers. */
  const collects = (code) => plan.questions[code].ops !== undefined && !plan.questions[code].own;

  const start = (code) => fields[code].querySelector('[data-start]');

  /* One question to a screen; texts to read stand with the question after them, a welcome stands alone. */
  function split(page, codes) {
    const screens = [];
    let open = null;
    codes.forEach((code) => {
      if (!open) screens.push(open = { key: code, page: page.code, codes: [] });
      open.codes.push(code);
      if (collects(code)) open.key = code;
      if (collects(code) || start(code)) open = null;
    });
    return screens;
  }

  /* ---- What is kept on this phone ---- */

  const KEY = 'survey:' + door.home;
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let mine = null, typing = 0;

  function drawn() {
    let id = '';
    while (id.length < 22) {
      const byte = crypto.getRandomValues(new Uint8Array(1))[0];
      if (byte < 248) id += LETTERS[byte % 62];
    }
    return id;
  }

  /* Tells a second response of this phone in this survey; another survey gets another one. */
  function device() {
    const key = `survey:${door.survey}:device`;
    try {
      const known = localStorage.getItem(key);
      if (/^[A-Za-z0-9]{22}$/.test(known)) return known;
      const fresh = drawn();
      localStorage.setItem(key, fresh);
      return fresh;
    } catch (refused) {
      return null;
    }
  }

  function made() {
    return { id: drawn(), revision: 0, version: door.version, locale: door.locale, raw: {}, saved: {}, at: '', done: '', far: 0, time: 0 };
  }

  /* In IndexedDB, which has room and lasts, and in localStorage, which is written before a killed page is gone
     and which other windows share. Either is enough; with neither, this page's memory has to do. */
  let base = null, quick = true;
  const channel = window.BroadcastChannel && !door.preview ? new BroadcastChannel(KEY) : null;
  const lost = () => !base && !quick;
  const sound = (found) => (found && /^\w{22}$/.test(found.id) && found.raw && found.saved ? found : null);

  function kept() {
    try {
      return sound(JSON.parse(localStorage.getItem(KEY)));
    } catch (refused) {
      return null;
    }
  }

  /* Asks the base something; one that fails is done without. */
  function shelf(ask, done) {
    try {
      const work = base.transaction('kept', 'readwrite'), asked = ask(work.objectStore('kept'));
      work.oncomplete = () => done && done(asked.result);
      work.onabort = () => {
        base = null;
        if (done) done();
      };
      if (work.commit) work.commit();
    } catch (refused) {
      base = null;
      if (done) done();
    }
  }

  function open(done) {
    try {
      const asked = indexedDB.open('survey', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('kept');
      asked.onerror = () => done();
      asked.onsuccess = () => {
        base = asked.result;
        base.onversionchange = () => base.close();
        shelf((all) => all.get(KEY), done);
      };
    } catch (refused) {
      done();
    }
    setTimeout(done, 1500);
  }

  /* The newest that is kept anywhere. */
  const opened = new Promise((done) => {
    if (door.preview) done(null);
    else {
      open((found) => {
        const near = kept(), far = sound(found);
        done(far && (!near || far.time > near.time) ? far : near);
      });
    }
  });

  /* Changes what is kept; other windows of this survey share it. */
  function keep(change) {
    const shared = door.preview ? null : kept();
    if (shared && shared.id === mine.id && shared.time > mine.time) mine = shared;
    change(mine);
    mine.time = Math.max(Date.now(), mine.time + 1);
    if (door.preview) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(mine));
      quick = true;
    } catch (refused) {
      quick = false;
    }
    shelf((all) => all.put(mine, KEY));
    if (channel && !quick) channel.postMessage(mine);
  }

  function take(codes) {
    clearTimeout(typing);
    keep((state) => codes.filter((code) => collects(code) && !fields[code].disabled).forEach((code) => { state.raw[code] = read(code); }));
  }

  /* ---- Saving ---- */

  const text = (raw) => JSON.stringify(Object.entries(raw || {}).sort());
  const refused = {}, left = new Set(); /* answers the server would not have; questions somebody has gone on from */
  let busy = '', posted = '', again = false, wait = 0, timer = 0, stopped = false;

  const changed = () => Object.keys(Object.assign({}, mine.saved, mine.raw)).filter((code) =>
    text(mine.raw[code]) !== text(mine.saved[code]) && refused[code] !== text(mine.raw[code]));

  function compose() {
    const raw = {}, complete = mine.done === 'asked';
    /* The last save carries everything, so that it stands by itself. */
    (complete ? Object.keys(mine.raw) : changed()).forEach((code) => { raw[code] = mine.raw[code] || {}; });
    if (!complete && !Object.keys(raw).length) return null;
    const body = { page: passed(), raw, complete, locale: door.locale, fields: door.given, version: mine.version, device: door.preview ? null : device() };
    const content = JSON.stringify(body);
    keep((state) => {
      const last = state.tried || { revision: 0 };
      if (last.content === content && last.revision > state.revision) return;
      state.tried = { revision: Math.max(last.revision, state.revision) + 1, content };
    });
    return Object.assign({ id: mine.id, revision: mine.tried.revision }, body);
  }

  async function flush() {
    clearTimeout(timer);
    if (!mine || busy || stopped || mine.done === 'sent') {
      again = busy;
      return;
    }
    const body = compose();
    if (!body) return;
    if (door.preview) {
      const ended = mine.done === 'asked';
      accepted({ id: mine.id, revision: body.revision, state: ended ? 'completed' : 'started', ending: ended && walk().ending, receipt: '—' }, body);
      return;
    }
    busy = mine.tried.content;
    again = false;
    let status = 0, reply = {}, after = 0;
    const abort = window.AbortController ? new AbortController() : null;
    const limit = setTimeout(() => abort && abort.abort(), 20000);
    try {
      const content = JSON.stringify(body);
      const response = await fetch(door.post, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: content,
        keepalive: content.length < 20000,
        credentials: 'omit',
        cache: 'no-store',
        signal: abort ? abort.signal : undefined,
      });
      after = Number(response.headers.get('Retry-After'));
      reply = await response.json();
      status = response.status;
    } catch (lost) {
      status = 0;
    }
    clearTimeout(limit);
    busy = '';
    settle(status, reply, body, after);
    if (again) flush();
  }

  /* The page may be gone in a moment: what is not on its way yet leaves without waiting for a reply. */
  function leave() {
    if (!here || stopped || mine.done === 'sent' || door.preview) return;
    take(here.codes);
    const body = compose();
    if (!body || [busy, posted].includes(mine.tried.content)) return;
    posted = mine.tried.content;
    const sent = navigator.sendBeacon && new Blob([JSON.stringify(body)], { type: 'application/json' });
    if (!sent || !navigator.sendBeacon(door.post, sent)) flush();
  }

  function settle(status, reply, body, after) {
    door.full = reply.full || door.full;
    if (status === 200) {
      wait = 0;
      accepted(reply, body);
    } else if (status === 409) behind(reply);
    else if (status === 422) {
      door.taken = reply.taken || door.taken;
      wrong(reply.errors || {}, reply.error, body.raw);
    } else if (status === 400 || status === 413) wrong({}, reply.error, {});
    else if (status === 404 || status === 410) {
      stopped = true;
      panel('closed', reply.error);
    } else later(status, after);
  }

  function accepted(reply, body) {
    const ahead = reply.revision > body.revision, ended = reply.state !== 'started';
    keep((state) => {
      state.id = reply.id;
      state.revision = reply.revision;
      state.saved = ahead ? {} : Object.assign(state.saved, body.raw);
    });
    if (reply.told) heard(reply.told, body.raw);
    else if (reply.full && here) refresh();
    if (ended) ending(reply);
    else if (ahead || changed().length || (mine.done === 'asked' && !body.complete)) again = true;
    if (!ended) tell('saved');
  }

  /* What only the server can tell of an answer: “is a Saturday”, “大约二十” is 20. */
  function heard(told, raw) {
    keep((state) => Object.keys(told).forEach((code) => {
      state.told = Object.assign(state.told || {}, { [code]: { of: text(raw[code]), is: told[code] } });
    }));
    if (here) refresh();
  }

  const unheard = (codes) => !door.preview && codes.some((code) => {
    const { typed } = plan.questions[code], raw = read(code);
    return typed && !fields[code].disabled && ((mine.told || {})[code] || {}).of !== text(raw) &&
      Object.values(raw).some((list) => list.some((each) => !RegExp(typed, 'u').test(each)));
  });

  /* Somebody else saved under this id meanwhile: go above it with everything, or accept that it is done. */
  function behind(reply) {
    if (reply.state && reply.state !== 'started') {
      ending(reply);
      return;
    }
    keep((state) => {
      state.revision = Math.max(state.revision, reply.revision || 0, (state.tried || {}).revision || 0);
      state.saved = {};
    });
    later(409, 0.2 + Math.random());
  }

  function wrong(errors, sentence, sent) {
    const found = Object.keys(errors).filter((code) => fields[code]), asked = mine.done === 'asked';
    found.forEach((code) => { refused[code] = text(sent[code] || mine.raw[code]); });
    /* What is still being answered was sent along with the rest and may be half done, or has changed since. */
    const codes = found.filter((code) => refused[code] === text(mine.raw[code]) &&
      (asked || !here || !here.codes.includes(code) || left.has(code)));
    if (found.length > codes.length && !codes.length) {
      flush();
      return;
    }
    keep((state) => { state.done = ''; });
    if (panel.open) panel('');
    if (!codes.length) {
      stopped = !asked;
      note.textContent = sentence || words.failed;
      note.classList.add('off');
      return;
    }
    const known = walk().facts.states;
    codes.filter((code) => !known[code] || known[code] === 'not_shown').forEach((code) => forced.add(code));
    const path = walk(), screen = path.screens.find((each) => each.codes.some((code) => codes.includes(code)));
    if (screen && screen.key !== here.key) show(screen, 'back');
    codes.forEach((code) => complain(code, errors[code]));
    focus(codes[0]);
    flush();
  }

  function later(status, after) {
    wait = Math.min(wait * 2 || 1500, 45000);
    timer = setTimeout(flush, after ? after * 1000 : wait * (0.75 + Math.random() / 2));
    if (status !== 409) tell(status ? 'later' : lost() ? 'stay' : 'offline');
    if (mine.done === 'asked' && status !== 409) panel('waiting', words[lost() ? 'stay' : status ? 'later' : 'offline']);
  }

  function tell(what) {
    if (note.textContent !== words[what]) note.textContent = words[what];
    note.classList.toggle('off', what !== 'saved');
  }

  /* ---- Showing ---- */

  const asked = {};
  let here = null, advance = 0;

  const passed = () => {
    const screens = walk().screens, at = screens.findIndex((each) => here && each.key === here.key);
    const end = mine.done ? screens.length : at < 0 ? 0 : at;
    const whole = screens.slice(0, end).map((each) => each.page).filter((page) => mine.done || !here || page !== here.page);
    return whole.length ? whole[whole.length - 1] : '';
  };

  const title = (code) => fields[code].querySelector('legend, h2') || fields[code];

  function focus(code, control) {
    (control || title(code)).focus({ preventScroll: true });
    fields[code].scrollIntoView({ block: 'start' });
    if (control) (control.closest('.row') || control).scrollIntoView({ block: 'nearest' });
  }

  function complain(code, sentence, soft) {
    const slot = fields[code].querySelector('.error');
    if (!slot) return;
    slot.textContent = sentence || '';
    slot.classList.toggle('soft', Boolean(soft));
    controls[code].forEach((control) => {
      if (sentence && !soft) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
    });
  }

  /* Brings the page in line with the answers: what is seen, what is asked, what the texts say. */
  function refresh() {
    const path = walk();
    const seen = new Set();
    path.screens.forEach((screen) => screen.codes.forEach((code) => seen.add(code)));
    Object.keys(fields).forEach((code) => {
      const on = door.one ? here.codes.includes(code) : seen.has(code);
      fields[code].hidden = !on;
    });
    all('.page').forEach((page) => { page.hidden = page.dataset.page !== here.page; });
    here.codes.forEach((code) => {
      const about = plan.questions[code], mark = fields[code].querySelector('.optional');
      if (mark && typeof about.required === 'object') mark.hidden = holds(about.required, path.facts);
    });
    all('[data-pipe]', form).forEach((place) => pipe(place, path.facts));
    buttons(path);
    return path;
  }

  function buttons(path) {
    const at = path.screens.findIndex((each) => each.key === here.key), last = at === path.screens.length - 1;
    const begin = door.one && start(here.key);
    next.textContent = last ? words.submit : begin ? begin.dataset.start : door.one ? words.next : words.page;
    back.hidden = at < 1 || !door.back;
    const far = Math.round((at + 1) / (path.screens.length + 1) * 100);
    if (far > mine.far) keep((state) => { state.far = far; });
    if (progress) progress.value = mine.far;
  }

  function pipe(place, facts) {
    const said = label(place.dataset.pipe, facts);
    place.textContent = said === undefined ? place.dataset.or || '' : said;
  }

  /* What a row, or a cell of one, is called. */
  function called(code, row) {
    const place = fields[code].querySelector('[data-row="' + row + '"]'), legend = place && place.querySelector('legend');
    return place && (place.dataset.label || (legend ? legend.textContent : ''));
  }

  /* An answer, a variable or a field in words. */
  function label(code, facts) {
    if (!plan.questions[code]) {
      const found = code in plan.variables ? facts.variable(code) : facts.fields[code];
      return found === undefined || found === null ? undefined : [].concat(found).join(', ');
    }
    const found = facts.answers[code], suffix = (plan.questions[code].labels || {})[''] || '';
    if (!found) return undefined;
    if (found.words) return found.words;
    const rows = Object.keys(found.rows).map((row) => {
      const name = called(code, row), said = found.rows[row].said.join(words.comma);
      if (!name) return said;
      return found.ops.includes('K') ? name : say(words.pair, { row: name, cell: said });
    });
    if (rows.length && found.ops !== NOTED) return rows.join(found.ops.includes('K') ? words.comma : words.semicolon);
    const beside = (id) => (found.ops === 'QT' || (id === 'other' && !found.ops.includes('T')) ? found.text : (found.rows[id] || {}).text);
    return found.said.map((name, at) => {
      const told = beside(found.list[at]);
      return (told ? say(words.other, { label: name, text: told }) : name) + suffix;
    }).join(words.comma);
  }

  function show(screen, how) {
    clearTimeout(advance);
    here = screen;
    keep((state) => { state.at = screen.key; });
    screen.codes.forEach(prefill);
    const path = refresh();
    if (how === 'next' && door.back) history.pushState({ at: screen.key, n: ((history.state || {}).n || 0) + 1 }, '');
    else if (how !== 'history') history.replaceState({ at: screen.key, n: (history.state || {}).n || 0 }, '');
    Object.keys(fields).forEach((code) => fields[code].classList.toggle('on', screen.codes.includes(code)));
    if (how === 'start') return path;
    if (spoken) spoken.textContent = say(words.progress, { n: mine.far });
    title(screen.codes[0]).focus({ preventScroll: true });
    window.scrollTo(0, 0);
    return path;
  }

  function prefill(code) {
    if (begun(plan.questions[code]) && !mine.raw[code]) preset(code, walk().facts);
  }

  /* ---- Checking ---- */

  const limits = (control) => ['min', 'max'].map((name) => control.dataset[name] || control[name] || '');

  /* What is wrong with an answer that no rule of the survey is needed to see: [sentence, control]. */
  function flaw(code) {
    const given = read(code), table = fields[code].querySelector('.rows');
    const open = visible(code).map((row) => fields[code].querySelector('[data-row="' + row + '"]'))
      .find((row) => !('optional' in row.dataset || given[row.dataset.row]));
    if (open && !table.dataset.minRows) {
      return [say(words.row, { row: called(code, open.dataset.row) }), open.querySelector('input, select')];
    }
    const list = fields[code].querySelector('.opts[data-min], .opts[data-max]');
    if (list) {
      const n = all('input[name]:checked:not([data-exclusive])', list).length, alone = all('[data-exclusive]:checked', list).length;
      const free = all('.opt:not([hidden]) input:not([data-exclusive])', list).length;
      const low = Math.min(list.dataset.min || 1, free);
      if (!alone && n < low) return [say(words.least, { n: low })];
      if (list.dataset.max && n > list.dataset.max) return [say(words.most, { n: list.dataset.max })];
    }
    const raw = read(code), missing = controls[code].find((each) => each.required && !raw[part(each, code)]);
    if (missing) return [missing.dataset.missing || words.required, missing];
    for (const control of controls[code]) {
      const fault = ticks(control) || !control.value.trim() ? '' : mistyped(control, plan.questions[code].ops || '');
      if (fault) return [fault, control];
    }
    return null;
  }

  function mistyped(control, ops) {
    const text = control.value.trim(), [low, high] = limits(control);
    if (control.minLength > Array.from(text).length) return say(words.longer, { least: control.minLength });
    if (control.type === 'date') {
      if (low && text < low) return say(words.from, { low });
      return high && text > high ? say(words.until, { high }) : '';
    }
    if (!ops.includes('N') || control.tagName === 'SELECT' || part(control, control.name.split('.')[0])) return '';
    const number = numeric(text);
    if (number === null) return '';
    if (low !== '' && number < low) return say(words.low, { low });
    return high !== '' && number > high ? say(words.high, { high }) : '';
  }

  function unusual(code) {
    return controls[code].some((control) => {
      const number = numeric(control.value), below = control.dataset.unusualBelow, above = control.dataset.unusualAbove;
      return number !== null && ((below && number < below) || (above && number > above));
    });
  }

  /* What keeps a question from being passed: [sentence, control, soft]. */
  function fault(code, facts, peek) {
    const about = plan.questions[code], found = facts.answers[code];
    if (!collects(code) || facts.states[code] === 'not_shown' || fields[code].disabled) return null;
    if (fields[code].dataset.busy) return [fields[code].dataset.busy];
    if (!found && about.required && (about.required === true || holds(about.required, facts))) {
      const list = fields[code].dataset.full ? entries(code) : [];
      return [list.length && list.every((each) => each.disabled) ? words.gone : words.required];
    }
    const wrong = found && flaw(code);
    if (wrong) return wrong;
    const rules = (about.validate || []).filter((rule) => holds(rule.when, facts));
    const hard = rules.find((rule) => !rule.soft), soft = rules.find((rule) => rule.soft);
    if (hard) return [hard.message];
    const doubt = soft ? soft.message : unusual(code) ? words.unusual : '';
    if (peek || !doubt || asked[code] === text(read(code))) return null;
    asked[code] = text(read(code));
    return [doubt, null, true];
  }

  const whole = (screen, facts) => !screen.codes.some((code) => fault(code, facts, true));

  function check(screen, facts) {
    const wrong = screen.codes.map((code) => [code, fault(code, facts)]).filter((each) => {
      if (collects(each[0])) complain(each[0], each[1] && each[1][0], each[1] && each[1][2]);
      return each[1];
    });
    if (wrong.length) {
      const [code, [, control]] = wrong[0];
      focus(code, control || all('[name]:enabled', fields[code]).find((each) => controls[code].includes(each) && each.type !== 'hidden'));
    }
    return !wrong.length;
  }

  /* ---- Moving ---- */

  let going = false;

  async function go() {
    clearTimeout(advance);
    if (going) return;
    going = true;
    take(here.codes);
    here.codes.forEach((code) => {
      left.add(code);
      delete refused[code];
    });
    for (let tries = 0; tries < 20 && navigator.onLine !== false && unheard(here.codes); tries += 1) {
      flush();
      await new Promise((done) => { setTimeout(done, 100); });
    }
    going = false;
    proceed();
  }

  function proceed() {
    const path = walk();
    if (!check(here, path.facts)) return;
    const at = path.screens.findIndex((each) => each.key === here.key);
    if (at + 1 < path.screens.length) {
      show(path.screens[at + 1], 'next');
      flush();
      return;
    }
    const open = path.screens.find((each) => !whole(each, path.facts));
    if (open) check(open, show(open, 'next').facts);
    else finish(path);
  }

  function finish(path) {
    const codes = [].concat(...path.screens.map((each) => each.codes));
    take(codes);
    keep((state) => { state.done = 'asked'; });
    next.disabled = true;
    panel('sending', words.sending);
    flush();
  }

  function goBack() {
    clearTimeout(advance);
    take(here.codes);
    if (history.state && history.state.n > 0) {
      history.back();
      return;
    }
    const screens = walk().screens, at = screens.findIndex((each) => each.key === here.key);
    if (at > 0) show(screens[at - 1], 'back');
  }

  window.addEventListener('popstate', (event) => {
    if (!here || !event.state || mine.done) return;
    take(here.codes);
    const screens = walk().screens;
    const screen = screens.find((each) => each.key === event.state.at);
    const facts = walk().facts, ahead = screens.slice(0, screens.indexOf(screen) + 1).slice(0, -1);
    if (screen && ahead.every((each) => whole(each, facts))) show(screen, 'history');
    flush();
  });

  /* ---- Panels and endings ---- */

  const pages = one('.pages');

  /* Something instead of the questions: being sent, waiting for the network, closed. */
  function panel(kind, sentence) {
    const old = one('.panel');
    if (old) old.remove();
    panel.open = kind;
    [pages, bar, note].forEach((part) => { part.hidden = Boolean(kind); });
    next.disabled = false;
    if (!kind) return;
    const shown = document.getElementById('panel').content.cloneNode(true).firstElementChild;
    shown.dataset.kind = kind;
    shown.querySelector('h2').textContent = words[kind + '_title'] || sentence;
    shown.querySelector('p').textContent = words[kind + '_title'] ? sentence || '' : '';
    const retry = shown.querySelector('button');
    retry.hidden = kind !== 'waiting';
    retry.addEventListener('click', () => {
      wait = 0;
      flush();
    });
    form.append(shown);
    shown.querySelector('h2').focus();
  }

  const PLACE = /\{([A-Za-z]\w*(?:@\w+)?)(?:\|([^{}]*))?\}/g;

  function ending(reply) {
    const facts = here ? walk().facts : null, code = reply.ending || mine.ending;
    const source = one('template[data-ending="' + code + '"]') || one('template[data-ending]');
    const places = all('[data-pipe]', source.content);
    const piped = facts ? {} : mine.piped || {};
    if (facts) {
      places.forEach((place) => { piped[place.dataset.pipe] = label(place.dataset.pipe, facts); });
      all('[data-url]', source.content).forEach((each) => each.dataset.url.replace(PLACE, (place, code) => { piped[code] = label(code, facts); }));
    }
    const first = mine.done !== 'sent';
    keep((state) => Object.assign(state, {
      done: 'sent', ending: code, receipt: reply.receipt || state.receipt, piped, raw: {}, saved: {}, tried: null,
    }));
    const shown = source.content.cloneNode(true).firstElementChild;
    all('[data-pipe]', shown).forEach((place) => {
      const said = piped[place.dataset.pipe];
      place.textContent = said === undefined ? place.dataset.or || '' : said;
    });
    const link = shown.querySelector('a[data-go]');
    if (link && link.dataset.url) link.href = link.dataset.url.replace(PLACE, (place, code, or) => (piped[code] === undefined ? or || '' : encodeURIComponent(piped[code])));
    const receipt = shown.querySelector('.receipt'), restart = shown.querySelector('.again');
    if (receipt) receipt.textContent = say(words.receipt, { receipt: mine.receipt });
    if (restart) restart.addEventListener('click', afresh);
    one('.sheet').textContent = '';
    one('.sheet').append(shown);
    if (progress) progress.value = 100;
    if (spoken) spoken.textContent = '';
    message('submitted');
    shown.querySelector('h2').focus();
    const steps = (history.state || {}).n;
    if (first && link && window.top === window) location.assign(link.href);
    else if (steps) history.go(-steps); /* one press of Back leaves */
  }

  function afresh() {
    try {
      localStorage.removeItem(KEY);
    } catch (refused) {
      quick = false;
    }
    shelf((all) => all.delete(KEY), () => location.reload());
  }

  /* ---- Input ---- */

  let touched = 0;

  document.addEventListener('pointerdown', (event) => { touched = event.timeStamp; }, true);
  document.addEventListener('keydown', () => { touched = 0; }, true);

  /* A single choice that needs no further word moves on by itself. */
  function moves(control) {
    if (!door.one || control.type !== 'radio' || here.codes.filter(collects).length !== 1) return false;
    const code = here.key, rest = controls[code].filter((each) => each.type !== 'radio');
    const more = rest.length && (control.value === 'other' || plan.questions[code].ops.includes('T'));
    return control.name === code && !control.closest('.track') && !more;
  }

  function onward(delay) {
    clearTimeout(advance);
    const path = walk(), at = path.screens.findIndex((each) => each.key === here.key);
    if (at + 1 < path.screens.length) advance = setTimeout(go, delay);
  }

  function answered(control) {
    const q = control.closest('.q'), code = q && q.dataset.code;
    if (!here || !code || !controls[code]) return;
    if (control.type === 'checkbox' && control.checked) alone(control, code);
    others(code, control);
    complain(code, '');
    delete refused[code];
    left.delete(code);
    take([code]);
    refresh();
    if (unheard([code])) flush();
  }

  /* An option that excludes the others unticks them; none beyond the most that are allowed. */
  function alone(control, code) {
    const list = control.closest('.opts'), most = list && list.dataset.max;
    controls[code].forEach((each) => {
      if (each !== control && each.type === 'checkbox' && (control.hasAttribute('data-exclusive') || each.hasAttribute('data-exclusive'))) each.checked = false;
    });
    if (most && all(':checked', list).length > most) {
      control.checked = false;
      setTimeout(complain, 0, code, say(words.most, { n: most }), true);
    }
  }

  /* The field beside “other” is there when it is chosen; writing in it chooses it. */
  function others(code, control) {
    all('.other .box', fields[code]).forEach((box) => {
      const choice = entries(code).find((each) => each.value === 'other');
      if (!choice) return;
      const list = choice.closest('select');
      const on = list ? list.value === 'other' : choice.checked;
      box.classList.toggle('open', on);
      if (on && control && control.value === 'other' && touched) box.focus();
    });
  }

  form.addEventListener('change', (event) => answered(event.target));
  form.addEventListener('input', (event) => {
    if (ticks(event.target)) return;
    clearTimeout(typing);
    typing = setTimeout(answered, 300, event.target);
  });
  form.addEventListener('click', (event) => {
    const control = event.target;
    if (here && control.type === 'radio' && touched && event.timeStamp - touched < 1500 && moves(control)) onward(350);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (here && !panel.open) go();
  });
  back.addEventListener('click', (event) => {
    event.preventDefault();
    goBack();
  });
  all('.langs button').forEach((button) => button.addEventListener('click', (event) => {
    event.preventDefault();
    if (here) take(here.codes);
    const url = new URL(location.href);
    url.searchParams.set('lang', button.value);
    location.assign(url);
  }));

  const TYPED = 'textarea, select, button, a, summary, input:not([type="radio"]):not([type="checkbox"])';

  function pick(control, delay) {
    if (!control) return false;
    control.checked = control.type === 'radio' || !control.checked;
    control.dispatchEvent(new Event('change', { bubbles: true }));
    control.focus({ preventScroll: true });
    if (moves(control)) onward(delay);
    return true;
  }

  /* Digits and letters choose. “1” waits a moment where “10” is possible. */
  let digits = '';
  function key(sign) {
    const q = door.one ? fields[here.key] : document.activeElement.closest('.q');
    if (!q || q.querySelector('.rows, .track')) return false;
    const list = all('input[type="radio"], input[type="checkbox"]', q).filter((each) => !each.disabled);
    const scale = list.filter((each) => each.closest('.step, .star'));
    if (/^\d$/.test(sign) && scale.length) {
      digits = (digits + sign).slice(-2);
      const found = scale.find((each) => each.value === digits) || scale.find((each) => each.value === sign);
      digits = found && scale.some((each) => each.value !== found.value && each.value.startsWith(found.value)) ? found.value : '';
      setTimeout(() => { digits = ''; }, 900);
      return pick(found, digits ? 900 : 450);
    }
    const place = /^\d$/.test(sign) ? sign - 1 : /^[a-z]$/i.test(sign) ? sign.toUpperCase().charCodeAt(0) - 65 : -1;
    return pick(scale.length ? null : list[place], 450);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229 || !here || panel.open || mine.done) {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && here && !panel.open) go();
      return;
    }
    if (event.key === 'Enter' && !event.target.closest('textarea, button, a, select, summary')) {
      event.preventDefault();
      go();
      return;
    }
    if (event.target.closest(TYPED) || event.key.length !== 1 || event.key === ' ') return;
    if (key(event.key)) {
      event.preventDefault();
      return;
    }
    const boxes = all('.box', fields[here.key]).filter((each) => each.tagName !== 'SELECT' && each.offsetParent);
    if (door.one && boxes.length === 1) boxes[0].focus();
  });

  /* ---- Life of the page ---- */

  window.addEventListener('online', () => {
    wait = 0;
    flush();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
    else flush();
  });
  window.addEventListener('pagehide', leave);

  /* Another window of this survey has written. */
  function met(other) {
    if (!mine || !other || other.time <= mine.time) return;
    if (other.id !== mine.id) {
      if (document.visibilityState === 'hidden') location.reload();
      return;
    }
    const shown = mine.done;
    mine = other;
    if (mine.done === 'sent' && shown !== 'sent') {
      ending(mine);
      return;
    }
    Object.keys(mine.raw).filter((code) => controls[code] && !fields[code].contains(document.activeElement)).forEach((code) => fill(code, mine.raw[code]));
    if (here) refresh();
  }

  window.addEventListener('storage', (event) => event.key === KEY && met(kept()));
  if (channel) channel.onmessage = (event) => met(sound(event.data));

  function message(event) {
    if (!door.embed || window.parent === window) return;
    window.parent.postMessage({ survey: door.home, event, height: document.documentElement.scrollHeight }, '*');
  }

  /* Days that move with the calendar. */
  all('[data-min-days], [data-max-days]').forEach((control) => {
    ['min', 'max'].forEach((name) => {
      const shift = control.dataset[name + 'Days'];
      const moved = shift === undefined ? '' : operand({ today: Number(shift) }, {});
      if (moved && (!control[name] || (name === 'min') === (moved > control[name]))) control[name] = moved;
    });
  });

  /* What this phone or the server already has. Returns false when another address must be opened for it. */
  function resume() {
    const server = door.stored, old = mine && mine.done === 'sent' && door.again && Date.now() - mine.time > 432e5;
    if (!mine || old) mine = made();
    if (server && (server.id !== mine.id || mine.revision < server.revision)) {
      const raw = Object.assign({}, server.raw, server.id === mine.id || mine.done !== 'sent' ? mine.raw : {});
      Object.assign(mine, { id: server.id, revision: server.revision, raw, saved: server.raw, done: mine.done === 'asked' ? 'asked' : '' });
    }
    const url = new URL(location.href), stale = mine.done !== 'sent' && mine.version !== door.version;
    if (stale && mine.revision && !server && url.searchParams.get('id') !== mine.id) {
      url.searchParams.set('id', mine.id);
      location.replace(url);
      return false;
    }
    mine.version = door.version;
    ['id', 'a'].forEach((name) => url.searchParams.delete(name));
    history.replaceState(history.state, '', url);
    return true;
  }

  /* Where a response goes on that was begun on another phone: after the last answer. */
  function furthest() {
    const { screens, facts } = walk(), open = screens.findIndex((each) => !whole(each, facts));
    const last = screens.map((each) => each.codes.some((code) => facts.answers[code])).lastIndexOf(true);
    return screens[Math.min(last + 1, open < 0 ? last + 1 : open, screens.length - 1)];
  }

  function begin(found) {
    mine = found;
    if (!resume()) return;
    arrange(mine.id);
    if (mine.done === 'sent') {
      ending(mine);
      return;
    }
    Object.keys(controls).forEach((code) => {
      if (mine.raw[code] || door.prefill[code]) fill(code, mine.raw[code] || door.prefill[code]);
      if (door.tap && door.tap.code === code) fill(code, door.tap.raw);
      others(code);
    });
    keep((state) => Object.keys(state.raw).forEach((code) => { if (!controls[code]) delete state.raw[code]; }));
    take(Object.keys(controls).filter((code) => Object.keys(read(code)).length));
    const screens = walk().screens;
    if (!screens.length) return;
    const tapped = door.tap ? screens.findIndex((each) => each.codes.includes(door.tap.code)) : -1;
    const at = screens.find((each) => each.key === ((history.state || {}).at || mine.at || door.at)) || (door.stored && furthest());
    const asked = screens.find((each) => each.page === door.page);
    show(tapped >= 0 && screens[tapped + 1] || asked || at || screens[0], 'start');
    if (mine.done === 'asked') panel('sending', words.sending);
    flush();
    if (door.preview && door.onward) go();
    message('ready');
    if (door.embed && window.ResizeObserver) new ResizeObserver(() => message('resize')).observe(document.body);
  }

  /* For the scripts of single question types: they write into native controls and send them a change. */
  const survey = window.survey = {
    id: () => mine && mine.id,
    post: door.post,
    preview: Boolean(door.preview),
    complain: (code, sentence) => complain(code, sentence),
    saved: () => flush(),
    logic: { operand, holds, day, value, plan },
  };

  /* The scripts of single question types have run by then. */
  const parsed = new Promise((done) => { document.addEventListener('DOMContentLoaded', done); });
  Promise.all([opened, parsed]).then(([found]) => begin(found));
}());
