/* A field above a long list of names that leaves only those that fit. */
(function () {
  'use strict';

  const MANY = 12;
  const fold = (text) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

  function set(box) {
    const names = Array.from(box.querySelectorAll('.opts > .opt'));
    if (names.length <= MANY) return;
    const find = document.createElement('input'), none = document.createElement('p');
    find.type = 'search';
    find.className = 'box find';
    find.placeholder = box.dataset.find;
    find.setAttribute('aria-label', box.dataset.find);
    none.className = 'note';
    none.textContent = box.dataset.none;
    none.hidden = true;
    none.setAttribute('role', 'status');
    box.prepend(find, none);

    find.addEventListener('input', (event) => {
      event.stopPropagation();
      const asked = fold(find.value);
      names.forEach((each) => { each.classList.toggle('unfit', !fold(each.textContent).includes(asked) && !each.querySelector('input').checked); });
      none.hidden = names.some((each) => !each.classList.contains('unfit'));
    });
    find.addEventListener('change', (event) => event.stopPropagation());
    find.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') event.preventDefault();
      event.stopPropagation();
    });
  }

  document.querySelectorAll('.members').forEach(set);
}());
