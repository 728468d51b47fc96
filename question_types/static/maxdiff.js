/* Best and worst of several sets: one set at a time, and never one option as both. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));

  function made(tag, about, within) {
    return within.appendChild(Object.assign(document.createElement(tag), about));
  }

  function arrow(path, sentence, within) {
    const button = made('button', { type: 'button' }, within);
    button.setAttribute('aria-label', sentence);
    button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="' + path + '"/></svg>';
    return button;
  }

  all('.duels', document).forEach((duels) => {
    const q = duels.closest('.q'), sets = all('.duel', duels);
    if (sets.length < 2) return;
    const turning = made('div', { className: 'turning' }, duels);
    const back = arrow('m14.5 6-6 6 6 6', duels.dataset.back, turning);
    const dots = made('div', { className: 'dots' }, turning);
    const next = arrow('m9.5 6 6 6-6 6', duels.dataset.next, turning);
    dots.setAttribute('aria-hidden', 'true');
    sets.forEach(() => made('i', {}, dots));
    duels.classList.add('turns');
    let at = 0, timer = 0, keyed = false;

    const full = (set) => all(':checked', set).length === 2;
    const open = () => sets.findIndex((set) => !full(set));

    function show(place) {
      clearTimeout(timer);
      at = place;
      sets.forEach((set, n) => { set.hidden = n !== at; });
      back.disabled = at === 0;
      next.disabled = at === sets.length - 1;
      mark();
    }

    function mark() {
      all('i', dots).forEach((dot, n) => {
        dot.classList.toggle('full', full(sets[n]));
        dot.classList.toggle('at', n === at);
      });
      const begun = Boolean(duels.querySelector(':checked'));
      all('input', duels).forEach((input) => {
        input.required = begun;
        input.dataset.missing = duels.dataset.missing;
        input.disabled = keyed && !input.checked && twin(input).checked;
      });
    }

    /* The same option at the other end. */
    const twin = (input) => all('input', input.closest('.contest')).find((each) => each !== input);

    /* Before the page reads the answer: what is best now is not worst any longer. */
    q.addEventListener('change', (event) => {
      const chosen = event.target, set = chosen.closest('.duel');
      if (!set) return;
      if (chosen.checked) twin(chosen).checked = false;
      mark();
      clearTimeout(timer);
      if (!keyed && set === sets[at] && full(set) && open() >= 0) timer = setTimeout(turn, 450, open());
    });

    /* Arrow keys choose whatever they pass: they skip what is chosen at the other end, and only Tab goes on. */
    duels.addEventListener('keydown', (event) => {
      keyed = true;
      mark();
      const last = event.key === 'Tab' && !event.shiftKey && event.target.closest('.worst');
      if (!last || !full(sets[at]) || at === sets.length - 1) return;
      event.preventDefault();
      turn(at + 1);
    });
    duels.addEventListener('pointerdown', () => {
      keyed = false;
      mark();
    });

    function turn(place) {
      const held = sets[at].contains(document.activeElement);
      show(place);
      if (held) sets[at].querySelector('input').focus({ preventScroll: true });
    }

    q.addEventListener('refill', () => show(Math.max(open(), 0)));
    back.addEventListener('click', () => show(at - 1));
    next.addEventListener('click', () => show(at + 1));
    /* A complaint leads to the set that is not finished. */
    new MutationObserver(() => { if (q.querySelector('.error').textContent && open() >= 0) show(open()); })
      .observe(q.querySelector('.error'), { childList: true });
    show(Math.max(open(), 0));
  });
}());
