/* The standing of a vote: on the last page, or below the question once it is answered. It is asked for every
   second and a half at first, then more seldom, and only while the page is looked at. */
(function () {
  'use strict';

  const survey = window.survey, sheet = document.querySelector('.sheet');
  if (!survey || survey.preview || !sheet || !window.MutationObserver) return;

  const PERIOD = 1400, SLOW = 6000, SWIFT = 45, MOST = 150;
  const language = '?lang=' + document.documentElement.lang;
  const address = survey.post.replace(/answers$/, 'standing') + language;
  let asked = 0, timer = 0;

  const made = (name, css, text) => {
    const found = document.createElement(name);
    if (css) found.className = css;
    if (text !== undefined) found.textContent = text;
    return found;
  };

  /* Draws one question's standing, or brings the one that is there up to date. */
  function draw(place, standing, all) {
    let box = place.querySelector('[data-of="' + standing.code + '"]');
    if (!box) {
      box = place.insertBefore(made('section', 'standing'), place.querySelector('a.button, .again, .receipt'));
      box.dataset.of = standing.code;
      box.append(made('h3', '', standing.title), made('ol'), made('p', 'all'));
      standing.rows.forEach(() => {
        const line = made('li'), bar = made('progress');
        bar.max = 100;
        line.append(made('span', 'label'), made('span', 'figure'), bar);
        box.querySelector('ol').append(line);
      });
    }
    Array.from(box.querySelectorAll('li')).forEach((line, at) => {
      const row = standing.rows[at];
      line.querySelector('.label').textContent = row.label;
      line.querySelector('.figure').textContent = row.text;
      line.querySelector('progress').value = 100 * row.share;
      line.querySelector('progress').setAttribute('aria-label', row.label);
    });
    box.querySelector('.all').textContent = all;
  }

  /* Where standings belong now: the ending, or questions that show theirs and are answered. */
  function places() {
    const last = sheet.querySelector('.ending[data-kind="completed"]');
    if (last) return [[last, null]];
    return Array.from(sheet.querySelectorAll('[data-standing]'))
      .filter((list) => list.querySelector(':checked'))
      .map((list) => [list.closest('.controls'), list.dataset.standing]);
  }

  async function look() {
    clearTimeout(timer);
    const open = places();
    if (!open.length || asked >= MOST) return;
    if (document.visibilityState !== 'hidden') {
      asked += 1;
      try {
        const response = await fetch(address, { credentials: 'omit', headers: { Accept: 'application/json' } });
        if (response.status === 404) return;
        const reply = response.ok ? await response.json() : { standings: [] };
        open.forEach(([place, code]) => reply.standings.filter((each) => !code || each.code === code)
          .forEach((each) => draw(place, each, code ? each.all + ' · ' + reply.note : each.all)));
      } catch (lost) { /* the next turn asks again */ }
    }
    clearTimeout(timer);
    timer = setTimeout(look, asked < SWIFT ? PERIOD : SLOW);
  }

  let ended = false;
  const arrived = () => {
    const now = Boolean(sheet.querySelector('.ending[data-kind="completed"]'));
    if (now && !ended) look();
    ended = now;
  };
  new MutationObserver(arrived).observe(sheet, { childList: true });
  sheet.addEventListener('change', (event) => {
    if (event.target.closest('[data-standing]')) look();
  });
  arrived();
  if (!ended) look();
}());
