/* Two thumbs on a track above the two numbers of a range. Nothing is chosen before a thumb has been moved. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));
  const ENDS = ['low', 'high'];

  function number(text) {
    const plain = text.normalize('NFKC').replace(/[^0-9.+-]/g, '');
    return plain && isFinite(plain) ? Number(plain) : null;
  }

  function draw(range) {
    const [min, max, step, gap] = ['min', 'max', 'step', 'gap'].map((name) => Number(range.dataset[name]));
    const boxes = all('.box', range), track = document.createElement('div');
    const places = (String(step).split('.')[1] || '').length + (String(min).split('.')[1] || '').length;
    const thumbs = boxes.map((box) => {
      const thumb = document.createElement('input');
      Object.assign(thumb, { type: 'range', min, max, step });
      thumb.setAttribute('aria-labelledby', box.getAttribute('aria-labelledby'));
      track.append(thumb);
      return thumb;
    });
    const share = (value) => (value - min) / (max - min) * 100 + '%';

    /* The track shows what the boxes hold; empty boxes are the ends of the track. */
    function show() {
      const held = boxes.map((box) => number(box.value));
      thumbs.forEach((thumb, at) => { thumb.value = held[at] === null ? [min, max][at] : held[at]; });
      track.className = held.includes(null) ? 'thumbs off' : 'thumbs';
      track.style.setProperty('--from', share(Number(thumbs[0].value)));
      track.style.setProperty('--to', share(Number(thumbs[1].value)));
      thumbs[0].style.zIndex = Number(thumbs[0].value) > (min + max) / 2 ? 1 : 0;
    }

    function move(at) {
      const other = Number(thumbs[1 - at].value), wide = Math.ceil(gap / step - 1e-9) * step;
      const limit = at ? Math.max(Number(thumbs[1].value), other + wide) : Math.min(Number(thumbs[0].value), other - wide);
      thumbs[at].value = limit;
      boxes.forEach((box, each) => { box.value = String(Number(Number(thumbs[each].value).toFixed(places))); });
      show();
    }

    thumbs.forEach((thumb, at) => {
      thumb.addEventListener('input', () => move(at));
      thumb.addEventListener('change', () => {
        move(at);
        boxes[at].dispatchEvent(new Event('change', { bubbles: true }));
      });
    });
    boxes.forEach((box) => box.addEventListener('input', show));
    range.closest('.q').addEventListener('refill', show);
    range.prepend(track);
    show();
  }

  if (document.documentElement.classList.contains('js')) all('[data-range]', document).forEach(draw);
}());
