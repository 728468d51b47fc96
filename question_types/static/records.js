/* A table that grows: rows without content are put away until they are asked for; a removed row's place is
   taken by those after it. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));
  const ticks = (control) => control.type === 'checkbox' || control.type === 'radio';
  const controls = (entry) => all('input, select, textarea', entry);
  const filled = (entry) => controls(entry).some((each) => (ticks(each) ? each.checked : each.value.trim()));

  function button(words, sign, name) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = name;
    made.textContent = sign;
    if (words) made.setAttribute('aria-label', words);
    return made;
  }

  function copy(from, to) {
    const source = from ? controls(from) : [];
    controls(to).forEach((each, at) => {
      if (ticks(each)) each.checked = Boolean(source[at] && source[at].checked);
      else each.value = source[at] ? source[at].value : '';
    });
  }

  function grow(table) {
    const entries = all('.entry', table), least = Number(table.dataset.least);
    const add = button('', '+ ' + table.dataset.add, 'add');
    let open = least;

    function refresh() {
      const last = entries.map(filled).lastIndexOf(true) + 1;
      open = Math.min(entries.length, Math.max(open, last, least));
      entries.forEach((entry, at) => {
        entry.hidden = at >= open;
        entry.querySelector('.drop').hidden = open <= least;
      });
      add.hidden = open >= entries.length;
    }

    function drop(at) {
      for (let n = at; n < entries.length; n += 1) copy(entries[n + 1], entries[n]);
      open = Math.max(least, open - 1);
      refresh();
      controls(entries[0])[0].dispatchEvent(new Event('change', { bubbles: true }));
      controls(entries[Math.min(at, open - 1)])[0].focus();
    }

    entries.forEach((entry, at) => {
      const out = button(entry.dataset.remove, '×', 'drop');
      out.addEventListener('click', () => drop(at));
      entry.querySelector('legend').after(out);
    });
    add.addEventListener('click', () => {
      open += 1;
      refresh();
      controls(entries[open - 1])[0].focus();
    });
    table.append(add);
    table.closest('.q').addEventListener('refill', () => {
      open = least;
      refresh();
    });
    refresh();
  }

  if (document.documentElement.classList.contains('js')) all('[data-records]', document).forEach(grow);
}());
