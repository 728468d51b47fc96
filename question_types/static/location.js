/* Where the respondent is: asked of the phone at the press of a button, typed where it cannot tell. */
(function () {
  'use strict';

  const survey = window.survey;
  if (!survey) return;

  const say = (text, params) => text.replace(/%\((\w+)\)s/g, (place, name) => params[name]);
  const radians = (degrees) => degrees * Math.PI / 180;

  function metres(lat, lon, other, east) {
    const half = Math.sin(radians(other - lat) / 2) ** 2 + Math.cos(radians(lat)) * Math.cos(radians(other)) * Math.sin(radians(east - lon) / 2) ** 2;
    return Math.round(2 * 6371008.8 * Math.asin(Math.sqrt(Math.min(1, half))));
  }

  function made(name, css, text) {
    const found = document.createElement(name);
    if (css) found.className = css;
    if (text !== undefined) found.textContent = text;
    return found;
  }

  class Spot {
    constructor(root) {
      this.root = root;
      this.field = root.closest('.q');
      this.code = this.field.dataset.code;
      this.words = JSON.parse(root.dataset.words);
      ['lat', 'lon', 'acc', 'distance'].forEach((name) => { this[name] = root.querySelector('[name="' + this.code + '.' + name + '"]'); });
      this.typed = root.querySelector('.spot-typed');
      this.button = made('button', 'button spot-find', this.words.find);
      this.button.type = 'button';
      this.state = made('p', 'spot-state');
      this.state.setAttribute('role', 'status');
      this.instead = made('button', 'link spot-type', this.words.type);
      this.instead.type = 'button';
      root.prepend(this.button, this.state, this.instead);
      this.button.addEventListener('click', () => this.find());
      this.instead.addEventListener('click', () => {
        this.open();
        this.lat.focus();
      });
      [this.lat, this.lon].forEach((control) => control.addEventListener('input', () => this.written()));
      this.field.addEventListener('refill', () => this.show());
      this.typed.hidden = true;
      this.show();
      if (!navigator.geolocation) this.lost({ code: 2 });
    }

    open() {
      this.typed.hidden = false;
      this.instead.hidden = true;
    }

    find() {
      survey.complain(this.code, '');
      this.button.disabled = true;
      this.tell(this.words.busy, 'busy');
      navigator.geolocation.getCurrentPosition((found) => this.found(found.coords), (error) => this.lost(error), { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
    }

    found(coords) {
      this.button.disabled = false;
      this.lat.value = coords.latitude.toFixed(6);
      this.lon.value = coords.longitude.toFixed(6);
      this.acc.value = String(Math.ceil(coords.accuracy || 0));
      this.measure();
      this.lat.dispatchEvent(new Event('change', { bubbles: true }));
      this.show();
    }

    lost(error) {
      this.button.disabled = false;
      const sentence = error.code === 1 ? this.words.denied : this.words.lost;
      const typing = 'typing' in this.root.dataset;
      this.tell(sentence + (typing ? ' ' + this.words.typed : ''), 'off');
      if (typing) this.open();
    }

    written() {
      this.acc.value = '';
      this.measure();
      this.tell('', '');
    }

    measure() {
      const { lat, lon } = this.root.dataset;
      const known = lat !== undefined && this.lat.value.trim() && this.lon.value.trim() && isFinite(this.lat.value) && isFinite(this.lon.value);
      this.distance.value = known ? String(metres(Number(lat), Number(lon), Number(this.lat.value), Number(this.lon.value))) : '';
    }

    tell(sentence, kind) {
      this.state.textContent = sentence;
      this.state.dataset.kind = kind;
    }

    show() {
      const known = this.lat.value && this.lon.value, { radius } = this.root.dataset;
      this.button.textContent = known ? this.words.again : this.words.find;
      this.instead.hidden = !('typing' in this.root.dataset) || !this.typed.hidden;
      if (!known) return;
      const away = Number(this.distance.value), acc = Number(this.acc.value || 0);
      if (this.distance.value && radius && away - Math.min(acc, radius) > radius) {
        this.tell(say(this.words.far, { away, most: radius }), 'off');
        return;
      }
      const parts = [this.acc.value ? say(this.words.found, { acc: this.acc.value }) : this.lat.value + ', ' + this.lon.value];
      if (this.distance.value) parts.push(say(this.words.away, { away }));
      this.tell(parts.join(' · '), 'done');
    }
  }

  document.querySelectorAll('[data-spot]').forEach((root) => new Spot(root));
}());
