/* A field to sign in. What is drawn is shown in the page's ink, and kept as black ink on white. */
(function () {
  'use strict';

  if (!window.uploads || !window.PointerEvent) return;

  const QUIET = 900, WIDTH = 1000, PEN = 2.6;

  function made(name, css, text) {
    const found = document.createElement(name);
    if (css) found.className = css;
    if (text !== undefined) found.textContent = text;
    return found;
  }

  /* A smooth line through points that lie in the unit of the field's width. */
  function stroke(pen, points, scale) {
    pen.beginPath();
    pen.moveTo(points[0][0] * scale, points[0][1] * scale);
    if (points.length < 3) pen.lineTo(points[points.length - 1][0] * scale + 0.1, points[points.length - 1][1] * scale);
    for (let at = 1; at < points.length - 1; at += 1) {
      const [x, y] = points[at], [next, below] = points[at + 1];
      pen.quadraticCurveTo(x * scale, y * scale, (x + next) / 2 * scale, (y + below) / 2 * scale);
    }
    pen.stroke();
  }

  function draw(canvas, strokes, ink, ground) {
    const pen = canvas.getContext('2d');
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (ground) {
      pen.fillStyle = ground;
      pen.fillRect(0, 0, canvas.width, canvas.height);
    }
    pen.strokeStyle = ink;
    pen.lineWidth = PEN * canvas.width / 320;
    pen.lineCap = pen.lineJoin = 'round';
    strokes.forEach((points) => stroke(pen, points, canvas.width));
  }

  class Pad {
    constructor(root) {
      this.root = root;
      this.box = window.uploads.box(root);
      this.words = this.box.words;
      this.strokes = [];
      this.timer = 0;
      this.build();
      root.addEventListener('sent', () => this.show());
      this.box.field.addEventListener('refill', () => this.show());
      new ResizeObserver(() => this.paint()).observe(this.canvas);
      window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
      this.show();
    }

    build() {
      const frame = made('div', 'pad'), canvas = made('canvas', 'pad-field'), tools = made('div', 'pad-tools');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', this.words.pad);
      this.hint = made('span', 'pad-hint', this.words.sign);
      this.state = made('span', 'pad-state');
      this.undo = this.tool('undo', () => this.strokes.pop());
      this.clear = this.tool('clear', () => { this.strokes = []; });
      tools.append(this.state, this.undo, this.clear);
      frame.append(canvas, this.hint);
      this.root.prepend(frame, tools);
      this.canvas = canvas;
      canvas.addEventListener('pointerdown', (event) => this.begin(event));
      canvas.addEventListener('pointermove', (event) => this.go(event));
      ['pointerup', 'pointercancel'].forEach((name) => canvas.addEventListener(name, () => this.end()));
    }

    tool(name, change) {
      const button = made('button', 'pad-tool', this.words[name]);
      button.type = 'button';
      button.addEventListener('click', () => {
        change();
        this.changed();
      });
      return button;
    }

    at(event) {
      const frame = this.canvas.getBoundingClientRect();
      return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.width];
    }

    begin(event) {
      if (event.button) return;
      event.preventDefault();
      this.canvas.setPointerCapture(event.pointerId);
      clearTimeout(this.timer);
      this.open = [this.at(event)];
      this.strokes.push(this.open);
      this.root.dataset.pending = '1';
      this.paint();
      this.show();
    }

    go(event) {
      if (!this.open) return;
      const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (events.length ? events : [event]).forEach((each) => this.open.push(this.at(each)));
      this.paint();
    }

    end() {
      if (!this.open) return;
      this.open = null;
      this.changed();
    }

    /* A moment after the last line the signature is sent, in place of the one before. */
    changed() {
      this.root.dataset.pending = '1';
      this.box.complain('');
      this.box.draw();
      this.paint();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), QUIET);
    }

    send() {
      this.box.items.slice().forEach((item) => this.box.remove(item));
      if (!this.strokes.length) {
        delete this.root.dataset.pending;
        this.box.draw();
        return;
      }
      const copy = document.createElement('canvas'), shape = this.canvas.getBoundingClientRect();
      copy.width = WIDTH;
      copy.height = Math.round(WIDTH * shape.height / shape.width);
      draw(copy, this.strokes, '#000', '#fff');
      copy.toBlob((blob) => {
        delete this.root.dataset.pending;
        if (blob && this.strokes.length) this.box.add(blob, 'signature.png');
        else this.box.draw();
      }, 'image/png');
    }

    paint() {
      const shape = this.canvas.getBoundingClientRect(), scale = window.devicePixelRatio || 1;
      const width = Math.round(shape.width * scale), height = Math.round(shape.height * scale);
      if (!width) return;
      if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
      draw(this.canvas, this.strokes, getComputedStyle(this.canvas).color);
    }

    show() {
      const item = this.box.items[0], own = this.strokes.length > 0, words = this.words;
      const photo = item && !own;
      this.root.classList.toggle('photo', Boolean(photo));
      this.root.classList.toggle('own', own);
      this.hint.hidden = own;
      this.hint.textContent = photo && item.state === 'done' ? words.signed + ' · ' + words.anew : words.sign;
      this.undo.hidden = this.clear.hidden = !own;
      this.state.textContent = !own || !item ? '' : item.parts ? item.parts.state.textContent : '';
      this.state.dataset.state = item ? item.state : '';
      this.box.button.hidden = own || Boolean(item);
    }
  }

  document.querySelectorAll('[data-signature]').forEach((root) => new Pad(root));
}());
