/* Cards to sort: how many lie in which group so far. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));

  all('.rows.cards', document).forEach((cards) => {
    const q = cards.closest('.q'), line = document.createElement('p');
    line.className = 'sorting';
    line.setAttribute('aria-hidden', 'true');
    cards.before(line);

    const control = (row) => row.querySelector('select') || row.querySelector(':checked');
    const caption = (each) => (each.tagName === 'SELECT' ? each.selectedOptions[0] : each.closest('label')).textContent.trim();

    function fit() {
      const rows = all('.row', cards).filter((row) => !row.hidden);
      const held = rows.map(control).filter((each) => each && each.value), counts = new Map();
      held.forEach((each) => counts.set(caption(each), (counts.get(caption(each)) || 0) + 1));
      line.textContent = '';
      [[cards.dataset.sorted, held.length + '/' + rows.length]].concat(Array.from(counts)).forEach(([name, n]) => {
        const part = line.appendChild(document.createElement('span'));
        part.append(name + ' ');
        part.appendChild(document.createElement('b')).textContent = n;
      });
    }

    q.addEventListener('change', fit);
    q.addEventListener('refill', fit);
    fit();
  });
}());
