/* Files that a respondent picks: sent in pieces, one after the other, through whatever network there is. A file
   that could not be sent yet waits on this phone. The answer (hidden controls) is the ids of whole files. */
(function () {
  'use strict';

  const survey = window.survey, boxes = Array.from(document.querySelectorAll('[data-uploads]'));
  if (!survey || !boxes.length || !window.fetch || !window.Blob) return;

  const base = survey.post.replace(/answers$/, 'uploads');
  const version = JSON.parse(document.getElementById('door').textContent).version;
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const LEAST = 32768, MOST = 524288, PIXELS = 2560, HEAVY = 1e6;
  let piece = 131072;

  const say = (text, params) => text.replace(/%\((\w+)\)s/g, (place, name) => params[name]);
  const pause = (time) => new Promise((done) => { setTimeout(done, time); });
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => LETTERS[byte % 62]).join('');

  function made(name, css, text) {
    const found = document.createElement(name);
    if (css) found.className = css;
    if (text !== undefined) found.textContent = text;
    return found;
  }

  /* ---- What waits on this phone, as far as it can keep files ---- */

  let shelf = null;

  const opened = new Promise((done) => {
    try {
      const asked = indexedDB.open('uploads', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('queue', { keyPath: 'key' });
      asked.onsuccess = () => {
        shelf = asked.result;
        done();
      };
      asked.onerror = () => done();
    } catch (refused) {
      done();
    }
    setTimeout(done, 1500);
  });

  function work(mode, ask, then) {
    if (!shelf || survey.preview) return;
    try {
      const asked = ask(shelf.transaction('queue', mode).objectStore('queue'));
      if (then) asked.onsuccess = () => then(asked.result);
    } catch (refused) {
      shelf = null;
    }
  }

  const keep = (item) => work('readwrite', (store) => store.put({
    key: item.key, home: base, response: survey.id(), code: item.box.code, name: item.name, file: item.file, upload: item.upload, time: Date.now(),
  }));
  const unkeep = (item) => work('readwrite', (store) => store.delete(item.key));

  /* ---- Sending ---- */

  const queue = [];
  let running = false, wake = () => {};

  window.addEventListener('online', () => wake());

  /* Waits for the network, or for a moment. */
  const rest = (time) => new Promise((done) => {
    const timer = setTimeout(done, time);
    wake = () => {
      clearTimeout(timer);
      done();
    };
  });

  async function ask(method, path, body, kind) {
    const abort = window.AbortController ? new AbortController() : null;
    const limit = setTimeout(() => abort && abort.abort(), 60000);
    try {
      const headers = { Accept: 'application/json' };
      if (kind) headers['Content-Type'] = kind;
      const reply = await fetch(base + path, { method, headers, body, credentials: 'omit', cache: 'no-store', signal: abort ? abort.signal : undefined });
      const text = await reply.text();
      return { status: reply.status, after: Number(reply.headers.get('Retry-After')) || 0, told: text ? JSON.parse(text) : {} };
    } catch (lost) {
      return { status: 0, after: 0, told: {} };
    } finally {
      clearTimeout(limit);
    }
  }

  const lasting = (status) => status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status);

  /* One step of a file on its way: where it is begun, asked for, or sent on. */
  function step(item) {
    if (!item.upload) {
      const about = { id: survey.id(), question: item.box.code, name: item.name, size: item.file.size, version };
      return ask('POST', '', JSON.stringify(about), 'application/json');
    }
    if (item.unsure) return ask('GET', '/' + item.upload);
    const part = item.file.slice(item.received, item.received + piece);
    return ask('PUT', '/' + item.upload + '?offset=' + item.received, part, 'application/octet-stream');
  }

  function paced(took, sent) {
    if (!sent) return;
    piece = took < 1200 ? Math.min(piece * 2, MOST) : took > 4000 ? Math.max(piece / 2, LEAST) : piece;
  }

  async function send(item) {
    let wait = 1000;
    while (!item.gone && item.state !== 'done') {
      const began = Date.now(), sent = item.upload && !item.unsure, reply = await step(item);
      if (item.gone) return;
      if (reply.status === 200 || (reply.status === 409 && 'received' in reply.told)) {
        wait = 1000;
        if (reply.status === 200) paced(Date.now() - began, sent);
        heard(item, reply.told);
      } else if (reply.status === 404 && item.upload && !item.again) {
        Object.assign(item, { upload: '', received: 0, unsure: false, again: true });
      } else if (lasting(reply.status)) {
        fail(item, reply.told.error, true);
        return;
      } else {
        item.unsure = Boolean(item.upload);
        piece = Math.max(piece / 2, LEAST);
        item.state = navigator.onLine === false ? 'offline' : 'retry';
        item.box.draw();
        await rest(reply.after ? reply.after * 1000 : wait * (0.75 + Math.random() / 2));
        wait = Math.min(wait * 2, 30000);
      }
    }
  }

  function heard(item, told) {
    const fresh = !item.upload;
    Object.assign(item, { upload: told.upload || item.upload, received: told.received, unsure: false, state: 'sending' });
    if (fresh) keep(item);
    if (told.id) whole(item, told);
    item.box.draw();
  }

  function whole(item, told) {
    Object.assign(item, { id: told.id, state: 'done', kept: told.name });
    unkeep(item);
    item.box.fill();
  }

  /* `final`: the same file would be refused again. */
  function fail(item, sentence, final) {
    Object.assign(item, { state: 'failed', sentence: sentence || item.box.words.failed, final });
    unkeep(item);
    item.box.draw();
  }

  async function run() {
    if (running) return;
    running = true;
    while (queue.length) await send(queue.shift());
    running = false;
  }

  function enqueue(item) {
    keep(item);
    queue.push(item);
    run();
  }

  /* Photos are made smaller here already: what is not sent costs nobody time or money. */
  async function lighter(file) {
    if (!/^image\/(jpeg|heic|heif)$/.test(file.type) || (file.size < HEAVY && file.type === 'image/jpeg') || !window.createImageBitmap) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const scale = Math.min(1, PIXELS / Math.max(image.width, image.height)), canvas = document.createElement('canvas');
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      const small = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.85); });
      return small && small.size < file.size ? small : file;
    } catch (refused) {
      return file;
    }
  }

  /* ---- One question ---- */

  class Box {
    constructor(root) {
      this.root = root;
      this.words = JSON.parse(root.dataset.words);
      this.field = root.closest('.q');
      this.code = this.field.dataset.code;
      this.slots = Array.from(root.querySelectorAll('input[type="hidden"]'));
      this.most = Number(root.dataset.most);
      this.items = [];
      this.input = root.querySelector('input[type="file"]');
      this.list = root.insertBefore(made('ul', 'sent'), this.input);
      this.live = root.appendChild(made('p', 'away'));
      this.live.setAttribute('aria-live', 'polite');
      this.dress();
      this.input.addEventListener('change', () => {
        const picked = Array.from(this.input.files);
        this.input.value = '';
        picked.forEach((file) => this.add(file, file.name));
      });
      this.field.addEventListener('refill', () => this.refilled());
      this.refilled();
    }

    /* The native control becomes a button of ours around it. */
    dress() {
      this.button = made('label', 'button picker');
      this.says = this.button.appendChild(made('span', '', this.words.pick));
      this.says.id = this.code + '-pick';
      this.input.parentNode.insertBefore(this.button, this.input);
      this.input.className = 'away';
      this.input.setAttribute('aria-labelledby', this.says.id + ' ' + this.field.querySelector('legend').id);
      this.button.append(this.input);
    }

    complain(sentence) {
      survey.complain(this.code, sentence);
    }

    /* Takes a file, unless it is plain that it cannot be taken. */
    async add(file, name) {
      this.complain('');
      const item = { key: random(), box: this, name: name || this.words.file, file, upload: '', received: 0, state: 'waiting', id: '' };
      if (this.items.filter((each) => each.state !== 'failed').length >= this.most) {
        this.complain(this.words.many);
        return item;
      }
      this.items.push(item);
      item.picture = /^image\/(jpeg|png|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : '';
      this.draw();
      item.file = await lighter(file);
      if (item.gone) return item;
      if (item.file.size > this.root.dataset.mega * 1048576) fail(item, this.words.large, true);
      else if (!item.file.size) fail(item, this.words.failed, true);
      else if (survey.preview) whole(item, { id: random(), name });
      else enqueue(item);
      this.draw();
      return item;
    }

    remove(item) {
      item.gone = true;
      this.items = this.items.filter((each) => each !== item);
      unkeep(item);
      if (item.picture) URL.revokeObjectURL(item.picture);
      this.fill();
      this.draw();
      const sent = item.id || item.upload;
      if (sent && !survey.preview) setTimeout(() => ask('DELETE', '/' + sent), 3000);
    }

    /* Puts the ids of whole files into the answer. */
    fill() {
      const ids = this.items.filter((each) => each.id).map((each) => each.id);
      const before = this.slots.map((slot) => slot.value).join(' ');
      this.slots.forEach((slot, at) => { slot.value = ids[at] || ''; });
      if (before !== this.slots.map((slot) => slot.value).join(' ')) {
        this.slots[0].dispatchEvent(new Event('change', { bubbles: true }));
      }
    }

    /* The answer came from somewhere else: what was kept, what the server has. */
    refilled() {
      const ids = this.slots.map((slot) => slot.value).filter(Boolean);
      this.items = this.items.filter((each) => !each.id || ids.includes(each.id));
      ids.filter((id) => !this.items.some((each) => each.id === id)).forEach((id) => {
        const item = { key: random(), box: this, name: this.words.file, state: 'done', id };
        this.items.push(item);
        if (!survey.preview) this.name(item);
      });
      this.draw();
    }

    async name(item) {
      const reply = await ask('GET', '/' + item.id);
      if (reply.status === 200) item.name = reply.told.name || item.name;
      if (!item.gone) this.draw();
    }

    draw() {
      const open = this.items.filter((each) => each.state !== 'done' && each.state !== 'failed');
      if (open.length || this.root.dataset.pending) this.field.dataset.busy = this.words.wait;
      else delete this.field.dataset.busy;
      this.button.hidden = this.items.filter((each) => each.state !== 'failed').length >= this.most;
      this.says.textContent = this.items.some((each) => each.state !== 'failed') ? this.words.more : this.words.pick;
      this.items.forEach((item) => {
        if (!item.line) item.line = this.line(item);
        this.show(item);
      });
      const lines = this.items.map((item) => item.line);
      Array.from(this.list.children).filter((line) => !lines.includes(line)).forEach((line) => line.remove());
      lines.filter((line) => !line.parentNode).forEach((line) => this.list.append(line));
      this.root.dispatchEvent(new Event('sent'));
    }

    line(item) {
      const line = made('li', 'sent-file'), about = made('div', 'sent-about');
      const picture = item.picture ? made('img', 'sent-picture') : made('span', 'sent-picture sent-sign');
      if (item.picture) {
        picture.src = item.picture;
        picture.alt = '';
      }
      item.parts = { name: made('span', 'sent-name'), state: made('span', 'sent-state'), bar: made('progress', 'sent-bar'), again: made('button', 'sent-again', this.words.again), remove: made('button', 'sent-remove') };
      item.parts.bar.max = 100;
      item.parts.again.type = item.parts.remove.type = 'button';
      item.parts.remove.append(made('span', 'away', this.words.remove + ' ' + item.name));
      item.parts.remove.addEventListener('click', () => {
        this.remove(item);
        (this.button.hidden ? this.field.querySelector('legend') : this.input).focus();
      });
      item.parts.again.addEventListener('click', () => this.retry(item));
      about.append(item.parts.name, item.parts.bar, item.parts.state, item.parts.again);
      line.append(picture, about, item.parts.remove);
      return line;
    }

    retry(item) {
      Object.assign(item, { upload: '', received: 0, state: 'waiting', again: false });
      enqueue(item);
      this.draw();
    }

    show(item) {
      const { name, state, bar, again } = item.parts, done = item.state === 'done';
      const share = item.file && item.file.size ? Math.floor(100 * item.received / item.file.size) : 0;
      const said = { done: this.words.done, failed: item.sentence, offline: this.words.offline, retry: this.words.retry }[item.state] || share + '%';
      name.textContent = item.kept || item.name;
      bar.hidden = done || item.state === 'failed';
      bar.value = share;
      bar.setAttribute('aria-label', item.name);
      if (state.textContent !== said) {
        state.textContent = said;
        if (item.state !== 'sending' && item.state !== 'waiting') this.live.textContent = item.name + ' ' + said;
      }
      item.line.dataset.state = item.state;
      again.hidden = item.state !== 'failed' || item.final;
    }
  }

  const known = boxes.map((root) => new Box(root));

  /* For types that make their files themselves. */
  window.uploads = { box: (root) => known.find((each) => each.root === root) };

  /* What could not be sent the last time this page was open. */
  opened.then(async () => {
    while (!survey.id()) await pause(100);
    work('readonly', (store) => store.getAll(), (rows) => rows.forEach(resume));
  });

  function resume(row) {
    const box = row.home === base && row.response === survey.id() && known.find((each) => each.code === row.code);
    if (!box) {
      if (Date.now() - row.time > 6048e5) work('readwrite', (store) => store.delete(row.key));
      return;
    }
    if (box.items.some((each) => each.key === row.key) || box.items.length >= box.most) return;
    const item = { key: row.key, box, name: row.name, file: row.file, upload: row.upload, received: 0, unsure: Boolean(row.upload), state: 'waiting', id: '' };
    item.picture = /^image\//.test(row.file.type) ? URL.createObjectURL(row.file) : '';
    box.items.push(item);
    box.draw();
    queue.push(item);
    run();
  }
}());
