/* Reads a barcode or QR code with the camera where the browser can; everywhere it can be typed. */
(function () {
  'use strict';

  if (!window.BarcodeDetector || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;

  const EVERY = 200;

  function made(name, css, text) {
    const found = document.createElement(name);
    if (css) found.className = css;
    if (text !== undefined) found.textContent = text;
    return found;
  }

  class Scanner {
    constructor(root) {
      this.root = root;
      this.words = JSON.parse(root.dataset.words);
      this.input = root.querySelector('input');
      this.button = made('button', 'button scan-open', this.words.scan);
      this.button.type = 'button';
      this.state = made('p', 'note scan-state');
      this.state.setAttribute('role', 'status');
      root.prepend(this.button, this.state);
      this.button.addEventListener('click', () => (this.stream ? this.stop('') : this.start()));
      document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.stop(''));
      window.addEventListener('popstate', () => this.stop(''));
    }

    async start() {
      try {
        this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
      } catch (refused) {
        this.stop(refused.name === 'NotAllowedError' ? this.words.denied : this.words.none);
        this.input.focus();
        return;
      }
      this.video = made('video', 'scan-view');
      Object.assign(this.video, { muted: true, playsInline: true, srcObject: this.stream });
      this.root.insertBefore(this.video, this.input);
      this.button.textContent = this.words.stop;
      this.state.textContent = this.words.aim;
      await this.video.play();
      this.look(new BarcodeDetector());
    }

    async look(detector) {
      while (this.stream) {
        const found = this.root.offsetParent ? await detector.detect(this.video).catch(() => []) : null;
        if (!found) this.stop('');
        else if (found.length && this.stream) {
          this.take(found[0].rawValue);
          return;
        }
        await new Promise((done) => { setTimeout(done, EVERY); });
      }
    }

    take(text) {
      this.stop('');
      this.input.value = text;
      this.input.dispatchEvent(new Event('change', { bubbles: true }));
      if (navigator.vibrate) navigator.vibrate(60);
      this.input.focus();
    }

    stop(sentence) {
      if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
      if (this.video) this.video.remove();
      this.stream = this.video = null;
      this.button.textContent = this.words.scan;
      this.state.textContent = sentence;
    }
  }

  window.BarcodeDetector.getSupportedFormats().then((formats) => {
    if (formats.length) document.querySelectorAll('[data-scan]').forEach((root) => new Scanner(root));
  }).catch(() => {});
}());
