/* Shows of every level only what belongs below the choice above it. The selects of the form stay as they are,
   complete, so that stored answers find their entries; below the first, shorter ones stand in for them. */
(function () {
  'use strict';

  function set(box) {
    const levels = Array.from(box.querySelectorAll('select')).map((own, index) => {
      const shown = index ? own.cloneNode(false) : own;
      if (index) {
        shown.removeAttribute('name');
        shown.dataset.for = own.name;
        own.hidden = true;
        own.after(shown);
      }
      return { own, shown };
    });

    const entries = (index) => {
      const group = box.querySelector('optgroup[data-above="' + levels[index - 1].own.value + '"]');
      return group && levels[index].own.contains(group) ? Array.from(group.children) : [];
    };

    /* The stand-in of a level, with what is below the choice above it. */
    function offer(index) {
      const { own, shown } = levels[index], offered = entries(index);
      if (!offered.some((each) => each.value === own.value)) own.value = '';
      const first = own.options[0];
      shown.replaceChildren(new Option(first.textContent, ''), ...offered.map((each) => new Option(each.textContent, each.value)));
      shown.value = own.value;
      shown.hidden = !offered.length;
    }

    const draw = () => levels.forEach((level, index) => { if (index) offer(index); });

    levels.forEach(({ own, shown }, index) => shown.addEventListener('change', (event) => {
      if (index) {
        event.stopPropagation();
        own.value = shown.value;
      }
      draw();
      if (index) own.dispatchEvent(new Event('change', { bubbles: true }));
    }, true));
    box.closest('.q').addEventListener('refill', draw);
    draw();
  }

  document.querySelectorAll('.cascade').forEach(set);
}());
