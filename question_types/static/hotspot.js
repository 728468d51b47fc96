/* Areas of a picture: every name of the list that has one is laid over the picture, to be tapped there too. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));

  function made(tag, name, text) {
    const found = document.createElement(tag);
    found.className = name;
    found.textContent = text || '';
    found.setAttribute('aria-hidden', 'true');
    return found;
  }

  all('.spots', document).forEach((spots) => {
    const q = spots.closest('.q'), inputs = all('[data-area]', q);

    const areas = inputs.map((input, place) => {
      const area = made('button', 'area'), sides = input.dataset.area.split(' ');
      area.type = 'button';
      area.tabIndex = -1; /* keys and screen readers use the list */
      area.append(made('span', '', String(place + 1)));
      input.parentNode.insertBefore(made('span', 'number', String(place + 1)), input.parentNode.querySelector('.text'));
      ['left', 'top', 'width', 'height'].forEach((side, at) => { area.style[side] = sides[at] + '%'; });
      area.addEventListener('click', () => input.click());
      spots.append(area);
      return area;
    });

    function fit() {
      inputs.forEach((input, place) => {
        areas[place].classList.toggle('chosen', input.checked);
        areas[place].disabled = input.disabled;
        areas[place].hidden = input.hidden;
      });
    }

    q.addEventListener('change', () => setTimeout(fit, 0)); /* the page's script may untick others */
    q.addEventListener('refill', fit);
    new MutationObserver(fit).observe(q, { subtree: true, attributes: true, attributeFilter: ['hidden', 'disabled'] });
    fit();
  });
}());
