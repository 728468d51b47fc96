/* Comments beside options: a field is there once its option is chosen, and asked for where one is needed. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));

  /* Each option has a field of its own. True when a field came or went. */
  function each(q) {
    return all('.noted .row', q).reduce((changed, row) => {
      const box = row.querySelector('.box'), on = row.querySelector('[type="checkbox"]').checked;
      if (!box) return changed;
      const turned = box.disabled === on;
      box.hidden = box.disabled = !on;
      box.required = on && 'needed' in box.dataset;
      return changed || turned;
    }, false);
  }

  /* All options share one field. */
  function shared(q) {
    const box = q.querySelector('.comment .box');
    if (box) box.required = Boolean(q.querySelector('[data-needs]:checked'));
  }

  all('.q[data-type="multi_comment"], .q[data-type="choice_comment"]', document).forEach((q) => {
    const fit = () => {
      shared(q);
      return each(q);
    };
    q.addEventListener('change', (event) => {
      fit();
      /* The page's script may untick others after this. */
      setTimeout(() => { if (fit()) event.target.dispatchEvent(new Event('change', { bubbles: true })); }, 0);
    });
    q.addEventListener('refill', fit);
    fit();
  });
}());
