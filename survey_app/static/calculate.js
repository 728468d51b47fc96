/* Calculated values on the respondent's page, for surveys that have any; absent in, absent out. */
(function () {
  'use strict';

  if (!window.survey) return;
  const { operand, holds, day, value, plan } = window.survey.logic;

  /* A value in words. */
  const written = (value) => (Array.isArray(value) ? value.map(written).join(', ') : String(value));

  const KINDS = {
    number: (value) => (typeof value === 'number' ? value : undefined),
    boolean: (value) => (typeof value === 'boolean' ? value : undefined),
    set: (value) => (Array.isArray(value) ? value : undefined),
    date: (value) => (isNaN(day(value)) ? undefined : new Date(day(value) * 864e5).toISOString().slice(0, 10)),
    text: written,
  };

  const has = (table, key) => Object.prototype.hasOwnProperty.call(table, key);

  const numbers = (list) => list.every((each) => typeof each === 'number');
  const total = (list) => list.reduce((sum, each) => sum + each, 0);
  const folded = (list, work) => (numbers(list) && list.length ? list.reduce(work) : undefined);
  const days = (from, to) => (isNaN(from) || isNaN(to) ? undefined : to - from);

  const GROUPS = {
    sum: (list) => total(list),
    mean: (list) => total(list) / list.length,
    min: (list) => Math.min(...list),
    max: (list) => Math.max(...list),
  };

  const FUNCTIONS = {
    add: (...list) => folded(list, (a, b) => a + b),
    subtract: (...list) => folded(list, (a, b) => a - b),
    multiply: (...list) => folded(list, (a, b) => a * b),
    divide: (...list) => folded(list, (a, b) => a / b),
    modulo: (...list) => folded(list, (a, b) => (a % b && a < 0 !== b < 0 ? a % b + b : a % b)),
    round(value, places) {
      if (!numbers([value, places || 0])) return undefined;
      if (Math.abs(value) >= 1e15) return places >= 1 ? value : Math.trunc(value);
      const [digits, power] = String(Math.abs(value)).split('e'), shift = Math.min(Math.max(Math.trunc(places || 0), 0), 10);
      const moved = Math.round(Number(digits + 'e' + (Number(power || 0) + shift)));
      return Math.sign(value) * Number(moved + 'e-' + shift);
    },
    concat: (...list) => list.map(written).join(''),
    lower: (text) => (typeof text === 'string' ? text.toLowerCase() : undefined),
    length: (value) => (typeof value === 'string' ? Array.from(value).length : Array.isArray(value) ? value.length : undefined),
    days_between: (from, to) => days(day(from), day(to)),
    age(born) {
      const text = String(born).slice(0, 10), now = plan.today;
      if (isNaN(day(text)) || text > now) return undefined;
      return now.slice(0, 4) - text.slice(0, 4) - (now.slice(5) < text.slice(5, 10) ? 1 : 0);
    },
  };

  window.survey.calculate = (tree, facts) => {
    if ('question' in tree || 'field' in tree || 'variable' in tree || 'today' in tree) return operand(tree, facts);
    const name = Object.keys(tree)[0], given = [].concat(tree[name]);
    if (name === 'if') return value(given[holds(given[0], facts) ? 1 : 2], facts);
    if (name === 'as') return typed(given[0], value(given[1], facts));
    if (name === 'lookup') return looked(value(given[0], facts), given[1], value(given[2], facts));
    if (name === 'count' || GROUPS[name]) return grouped(name, given, facts);
    const list = given.map((each) => value(each, facts));
    if (list.some((each) => each === undefined || each === null)) return undefined;
    const found = FUNCTIONS[name](...list);
    return typeof found === 'number' && !isFinite(found) ? undefined : found;
  };

  /* What a variable of some kind holds; nothing where the value does not fit. */
  function typed(kind, found) {
    return found === undefined || found === null ? undefined : KINDS[kind](found);
  }

  function looked(found, table, otherwise) {
    if (found === undefined || found === null) return undefined;
    if (Array.isArray(found)) return total(found.map((each) => has(table, each) && table[each]).filter((each) => typeof each === 'number'));
    return has(table, found) ? table[found] : otherwise;
  }

  function grouped(name, given, facts) {
    let list = [];
    const known = (each) => each !== undefined && each !== null;
    given.forEach((each) => {
      const found = (each && each.each || [each]).map((part) => value(part, facts));
      list = list.concat(each && each.each || name === 'count' ? found.filter(known) : found);
    });
    if (name === 'count') return list.length;
    return numbers(list) && (list.length || name === 'sum') ? GROUPS[name](list) : undefined;
  }
}());
