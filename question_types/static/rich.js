/* A small editor above a text area. The plain words go into the text area, the formatted text, if there is
   formatting, into the hidden control beside it; the server trusts neither. */
(function () {
  'use strict';

  const all = (selector, within) => Array.from(within.querySelectorAll(selector));
  const KEPT = ['B', 'I', 'U', 'STRONG', 'EM', 'P', 'BR', 'UL', 'OL', 'LI', 'A'];
  const LINK = /^https?:\/\/[^\s"'<>\\]+$/i;

  /* A copy of a node with nothing in it but what may stay. Markup is only ever read by an inert parser. */
  function kept(node, into) {
    node.childNodes.forEach((each) => {
      if (each.nodeType === 3) into.append(each.data);
      if (each.nodeType !== 1 || /^(SCRIPT|STYLE|TEMPLATE|SVG|MATH|IFRAME|OBJECT)$/i.test(each.tagName)) return;
      const name = each.tagName === 'DIV' ? 'P' : each.tagName;
      const href = name === 'A' && each.getAttribute('href');
      if (!KEPT.includes(name) || (name === 'A' && !LINK.test(href))) {
        kept(each, into);
        return;
      }
      const made = document.createElement(name.toLowerCase());
      if (href) made.setAttribute('href', href);
      kept(each, made);
      into.append(made);
    });
    return into;
  }

  const read = (html) => kept(new DOMParser().parseFromString(html, 'text/html').body, document.createDocumentFragment());

  function begin(rich) {
    const area = rich.querySelector('textarea'), hidden = rich.querySelector('input[type="hidden"]');
    const paper = document.createElement('div'), tools = document.createElement('div'), linking = document.createElement('div');
    let place = null;

    Object.entries({ role: 'textbox', 'aria-multiline': 'true', contenteditable: 'true', 'data-hint': area.placeholder })
      .forEach(([name, value]) => paper.setAttribute(name, value));
    ['aria-labelledby', 'aria-describedby', 'aria-required'].forEach((name) => {
      if (area.hasAttribute(name)) paper.setAttribute(name, area.getAttribute(name));
    });
    paper.className = 'box paper';

    /* From the controls to the paper, and back. */
    function load() {
      paper.textContent = '';
      if (hidden.value) paper.append(read(hidden.value));
      else area.value.split('\n').forEach((line, at) => paper.append(...(at ? [document.createElement('br')] : []), line));
      if (!paper.textContent.trim()) paper.textContent = '';
    }

    function store() {
      const held = document.createElement('div');
      kept(paper, held);
      area.value = paper.innerText.replace(/\u00a0/g, ' ').replace(/\n{3,}/g, '\n\n').trim();
      hidden.value = area.value && held.querySelector('b, i, u, strong, em, ul, ol, a') ? held.innerHTML : '';
      if (!area.value) paper.textContent = '';
    }

    function marks() {
      all('button[data-does]', tools).forEach((each) => {
        const on = rich.contains(document.activeElement) && document.queryCommandState(each.dataset.does);
        each.setAttribute('aria-pressed', String(on));
      });
    }

    function told() {
      store();
      marks();
      area.dispatchEvent(new Event('change', { bubbles: true }));
    }

    function tool(name, sign, does) {
      const made = document.createElement('button');
      made.type = 'button';
      made.className = name;
      made.textContent = sign;
      made.title = rich.dataset[name];
      made.setAttribute('aria-label', rich.dataset[name]);
      if (does) made.dataset.does = does;
      made.addEventListener('mousedown', (event) => event.preventDefault());
      tools.append(made);
      return made;
    }

    [['bold', 'B', 'bold'], ['italic', 'I', 'italic'], ['bullets', '•', 'insertUnorderedList'], ['numbers', '1.', 'insertOrderedList']]
      .forEach(([name, sign, does]) => tool(name, sign, does).addEventListener('click', () => {
        paper.focus();
        document.execCommand(does);
        told();
      }));

    const address = document.createElement('input'), set = document.createElement('button');
    Object.assign(address, { type: 'url', className: 'box', placeholder: 'https://' });
    address.setAttribute('aria-label', rich.dataset.address);
    Object.assign(set, { type: 'button', textContent: rich.dataset.set });
    linking.className = 'linking';
    linking.hidden = true;
    linking.append(address, set);

    tool('link', rich.dataset.link).addEventListener('click', () => {
      const chosen = getSelection();
      place = chosen.rangeCount && paper.contains(chosen.anchorNode) ? chosen.getRangeAt(0).cloneRange() : null;
      linking.hidden = !linking.hidden;
      if (!linking.hidden) address.focus();
    });

    function link() {
      const href = address.value.trim();
      linking.hidden = true;
      address.value = '';
      paper.focus();
      if (place) {
        getSelection().removeAllRanges();
        getSelection().addRange(place);
      }
      if (!LINK.test(href)) return;
      if (getSelection().isCollapsed) document.execCommand('insertText', false, href);
      if (getSelection().isCollapsed) getSelection().modify('extend', 'backward', 'line');
      document.execCommand('createLink', false, href);
      told();
    }
    set.addEventListener('click', link);
    address.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Enter') {
        event.preventDefault();
        link();
      }
    });
    ['input', 'change'].forEach((name) => address.addEventListener(name, (event) => event.stopPropagation()));

    paper.addEventListener('input', store);
    paper.addEventListener('blur', told);
    paper.addEventListener('keyup', marks);
    paper.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'Enter') event.stopPropagation();
    });
    paper.addEventListener('paste', (event) => {
      event.preventDefault();
      document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
    });
    paper.addEventListener('drop', (event) => event.preventDefault());
    rich.closest('.q').addEventListener('refill', load);

    tools.className = 'tools';
    tools.setAttribute('role', 'toolbar');
    tools.setAttribute('aria-label', rich.dataset.tools);
    rich.prepend(tools, linking, paper);
    rich.classList.add('on');
    document.execCommand('defaultParagraphSeparator', false, 'p');
    load();
  }

  if (document.documentElement.classList.contains('js')) all('[data-rich]', document).forEach(begin);
}());
