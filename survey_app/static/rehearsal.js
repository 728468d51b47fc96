/* Turns the respondent's page into a rehearsal: it begins where the designer looks, and every save carries all
   answers to a door that checks them and forgets them. Loaded before the page's own script. */
(function () {
  'use strict';

  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const rehearsal = read('rehearsal'), door = read('door');

  try {
    localStorage.removeItem('survey:' + door.home);
  } catch (forbidden) {
    /* then nothing was kept either */
  }
  door.prefill = Object.assign(rehearsal.raw, door.prefill);
  document.getElementById('door').textContent = JSON.stringify(door);
  const at = door.one ? rehearsal.question : rehearsal.page;
  if (at) history.replaceState({ at }, '');

  const send = window.fetch.bind(window), given = {};

  window.fetch = function (address, options) {
    const body = JSON.parse(options.body);
    Object.keys(body.raw).forEach((code) => {
      if (Object.keys(body.raw[code]).length) given[code] = body.raw[code];
      else delete given[code];
    });
    return send(address, Object.assign({}, options, {
      credentials: 'same-origin',
      headers: Object.assign({ 'X-CSRFToken': rehearsal.token }, options.headers),
      body: JSON.stringify(Object.assign(body, { raw: given })),
    }));
  };
}());
