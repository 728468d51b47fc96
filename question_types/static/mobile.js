/* Verifies a mobile number on the spot: asks for a code, waits before the next, sends the digits once they
   are there. What counts is decided when the answer is stored; this only spares the way there and back. */
(function () {
  'use strict';

  const page = window.survey;
  if (!page) return;

  const post = (body) => fetch(page.post.replace(/answers$/, 'codes'), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'Accept-Language': document.documentElement.lang,
    },
    body: JSON.stringify(body),
  }).then((reply) => reply.json().then((told) => ({ ok: reply.ok, told })));

  document.querySelectorAll('.q .proof').forEach((box) => {
    const q = box.closest('.q'), code = q.dataset.code, note = q.querySelector('.proved');
    const send = box.querySelector('button'), digits = box.querySelector('input');
    const number = Array.from(q.querySelectorAll('input')).find((each) => each.name === code);
    let proved = '', maybe = '', clock = 0, busy = false;

    const plain = () => digits.value.normalize('NFKC').replace(/\D/g, '');

    function show() {
      const given = number.value.trim(), done = Boolean(proved) && given === proved;
      box.hidden = done;
      digits.required = Boolean(given) && !done && given !== maybe && !page.preview;
      if (done) note.textContent = box.dataset.done;
      else if (note.textContent === box.dataset.done) note.textContent = '';
    }

    function wait(seconds) {
      clearInterval(clock);
      send.disabled = true;
      const until = Date.now() + seconds * 1000;
      const tick = () => {
        const left = Math.ceil((until - Date.now()) / 1000);
        if (left > 0) {
          send.textContent = box.dataset.wait.replace('#', left);
          return;
        }
        clearInterval(clock);
        send.disabled = false;
        send.textContent = box.dataset.again;
      };
      tick();
      clock = setInterval(tick, 500);
    }

    function refuse(told) {
      note.textContent = '';
      page.complain(code, (told.errors && told.errors[code]) || told.error || box.dataset.failed);
    }

    async function ask(body, then) {
      if (busy) return;
      busy = true;
      try {
        const reply = await post(Object.assign({ id: page.id(), question: code, phone: number.value.trim() }, body));
        if (reply.told.wait) wait(reply.told.wait);
        if (reply.ok) then(reply.told);
        else refuse(reply.told);
      } catch (offline) {
        page.complain(code, box.dataset.failed);
      }
      busy = false;
    }

    send.addEventListener('click', (event) => {
      event.preventDefault();
      page.complain(code, '');
      if (page.preview) {
        note.textContent = box.dataset.preview;
        return;
      }
      ask({}, () => {
        note.textContent = box.dataset.sent;
        digits.value = '';
        digits.focus();
      });
    });

    digits.addEventListener('input', () => {
      const given = plain();
      if (given.length !== 6 || page.preview) return;
      const asked = number.value.trim();
      ask({ code: given }, () => {
        proved = asked;
        page.complain(code, '');
        show();
        number.dispatchEvent(new Event('change', { bubbles: true }));
      });
    });

    number.addEventListener('input', show);
    /* A number that was there before may be verified already: the server knows. */
    q.addEventListener('refill', () => {
      maybe = number.value.trim();
      show();
    });
    maybe = number.value.trim();
    show();
  });
}());
