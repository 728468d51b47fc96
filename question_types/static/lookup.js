/* Searches the list while somebody types, anywhere in an entry; better than the browser's own suggestions,
   which some in-app browsers lack. */
(function () {
  'use strict';

  const SHOWN = 7;
  const fold = (text) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

  function set(box) {
    const input = box.querySelector('input'), source = box.querySelector('datalist');
    const entries = Array.from(source.children, (each) => ({ text: each.textContent, plain: fold(each.textContent) }));
    const list = document.createElement('ul');
    list.className = 'found';
    list.id = source.id;
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-labelledby', input.getAttribute('aria-labelledby'));
    source.replaceWith(list);
    input.removeAttribute('list');
    Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })
      .forEach(([name, value]) => input.setAttribute(name, value));
    let at = -1;

    /* Entries that begin so come first. */
    function fitting(text) {
      const asked = fold(text);
      const hits = entries.map((each) => ({ each, place: each.plain.indexOf(asked) })).filter((hit) => hit.place >= 0);
      return hits.sort((a, b) => (a.place > 0) - (b.place > 0)).map((hit) => hit.each);
    }

    function line(role, text) {
      const made = document.createElement('li');
      made.setAttribute('role', role);
      made.textContent = text;
      return made;
    }

    /* The part of an entry that was typed, marked where it can be found as it stands. */
    function marked(made, text, asked) {
      const place = text.toLowerCase().indexOf(asked.trim().toLowerCase());
      if (place < 0 || !asked.trim()) return;
      const end = place + asked.trim().length, mark = document.createElement('mark');
      mark.textContent = text.slice(place, end);
      made.replaceChildren(text.slice(0, place), mark, text.slice(end));
    }

    function option({ text }, index) {
      const made = line('option', text);
      marked(made, text, input.value);
      made.id = list.id + '-' + index;
      made.dataset.text = text;
      made.setAttribute('aria-selected', 'false');
      return made;
    }

    function aside(text) {
      const made = line('presentation', text);
      made.className = 'aside';
      return made;
    }

    function open() {
      const found = fitting(input.value), rest = found.length - SHOWN;
      list.replaceChildren(...found.slice(0, SHOWN).map(option));
      if (!found.length) list.append(aside(box.dataset.none));
      if (rest > 0) list.append(aside(box.dataset.more.replace('#', rest)));
      point(-1);
      show(!(found.length === 1 && found[0].text === input.value)); /* all is said */
    }

    function show(on) {
      list.hidden = !on;
      input.setAttribute('aria-expanded', String(on));
    }

    function point(to) {
      const options = Array.from(list.querySelectorAll('[role="option"]'));
      at = options.length ? Math.max(-1, Math.min(to, options.length - 1)) : -1;
      options.forEach((each, index) => each.setAttribute('aria-selected', String(index === at)));
      if (at < 0) input.removeAttribute('aria-activedescendant');
      else input.setAttribute('aria-activedescendant', options[at].id);
      return options[at];
    }

    function choose(option) {
      input.value = option.dataset.text;
      show(false);
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }

    input.addEventListener('input', open);
    input.addEventListener('click', open);
    input.addEventListener('blur', () => show(false));
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const hit = event.target.closest('[role="option"]');
      if (hit) choose(hit);
    });
    input.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      const chosen = list.hidden ? null : list.querySelector('[aria-selected="true"]');
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        if (list.hidden) open();
        point(at + (event.key === 'ArrowDown' ? 1 : -1));
      } else if (event.key === 'Enter' && chosen) choose(chosen);
      else if (event.key === 'Escape' && !list.hidden) show(false);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    box.closest('.q').addEventListener('refill', () => show(false));
  }

  document.querySelectorAll('.lookup').forEach(set);
}());
