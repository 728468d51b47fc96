/* The sums of several numbers follow what is being typed. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));

  function number(control) {
    const plain = control.value.normalize('NFKC').replace(/[^0-9.+-]/g, '');
    return control.disabled || !plain || !isFinite(plain) ? 0 : Number(plain);
  }

  const total = (controls) => String(Math.round(controls.reduce((sum, each) => sum + number(each), 0) * 1e6) / 1e6);

  function refresh(table) {
    const sums = table.querySelector('.sums');
    all('.row .sum output', table).forEach((sum) => { sum.textContent = total(all('input', sum.closest('.row'))); });
    if (!sums) return;
    sums.hidden = false;
    all('.sum', sums).forEach((sum) => {
      const column = sum.dataset.column, end = '.' + column;
      const controls = all('.row input', table).filter((each) => !column || each.name.endsWith(end));
      sum.querySelector('output').textContent = total(controls);
    });
  }

  all('[data-sums]', document).forEach((table) => {
    const now = () => refresh(table);
    table.addEventListener('input', now);
    table.closest('.q').addEventListener('change', now);
    table.closest('.q').addEventListener('refill', now);
    now();
  });
}());
