/* Lists of cities and districts in place of the text field that stands there without scripts. What is chosen
   is written into that field by name, so the stored answer is the same. Where the lists cannot be fetched the
   field stays. */
(function () {
  'use strict';

  const root = ((window.survey || {}).post || '').replace(/\/([sit]\/[^/]*|surveys\/[^/]*\/preview)\/answers$/i, '');
  const kept = {};

  function told(base, code) {
    const address = (root.startsWith('/') ? root : '') + base + code + '.json';
    kept[address] = kept[address] || fetch(address).then((reply) => {
      if (!reply.ok) throw new Error(String(reply.status));
      return reply.json();
    }).catch((lost) => {
      delete kept[address];
      throw lost;
    });
    return kept[address];
  }

  function list(label) {
    const made = document.createElement('select');
    made.className = 'box';
    made.setAttribute('aria-label', label);
    made.hidden = true;
    return made;
  }

  function offer(select, entries, label, chosen) {
    select.replaceChildren(new Option(label, ''), ...entries.map((each) => new Option(each.name, each.name, false, each.name === chosen)));
    select.hidden = !entries.length;
  }

  function set(box) {
    const province = box.querySelector('select'), place = box.querySelector('input');
    if (!place) return;
    const about = box.dataset, depth = Number(about.depth);
    const city = list(about.city), district = list(about.district);
    [city, district].forEach((each) => {
      each.dataset.for = place.name;
      each.setAttribute('aria-describedby', province.getAttribute('aria-describedby'));
    });
    box.append(city, district);
    let cities = [];

    const inside = (name) => (cities.find((each) => each.name === name) || {}).below || [];

    /* Beijing and its like have districts directly below them, and no city to choose. */
    function lists(found) {
      const below = found.below || [], split = below.some((each) => each.below);
      if (split || !below.length) return below;
      return depth === 2 ? [] : below;
    }

    async function draw() {
      const wanted = province.value;
      let found = {};
      try {
        if (wanted) found = await told(about.regions, wanted);
      } catch (lost) {
        if (wanted !== province.value) return;
        [city, district].forEach((each) => { each.hidden = true; });
        place.hidden = false;
        return;
      }
      if (wanted !== province.value) return; /* another was chosen meanwhile */
      cities = lists(found);
      const flat = !cities.some((each) => each.below), parts = place.value.split(' ');
      const label = flat && depth === 3 ? about.district : about.city;
      city.setAttribute('aria-label', label);
      offer(city, cities, label, parts[0]);
      offer(district, depth === 3 ? inside(city.value) : [], about.district, parts[1]);
      place.hidden = !(place.value && !city.value && cities.length);
      if (!place.hidden) [city, district].forEach((each) => { each.hidden = true; });
    }

    function write() {
      place.value = [city.value, district.value].filter(Boolean).join(' ');
      place.dispatchEvent(new Event('change', { bubbles: true }));
    }

    province.addEventListener('change', () => {
      place.value = '';
      place.hidden = true;
      [city, district].forEach((each) => offer(each, [], '', '')); /* nobody picks from the lists of the province before */
      draw();
    }, true);
    city.addEventListener('change', () => {
      offer(district, depth === 3 ? inside(city.value) : [], about.district, '');
      write();
    });
    district.addEventListener('change', write);
    box.closest('.q').addEventListener('refill', draw);
    place.hidden = true;
    draw();
  }

  document.querySelectorAll('.region').forEach(set);
}());
