/* Calculated values on the respondent's page, for surveys that have any; absent in, absent out. */
(function () {
  'use strict';

  if (!window.survey) return;
  const { operand, holds, day, value, plan } = window.survey.logic;

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
    modulo: (...list) => folded(list, (a, b) => a - b * Math.floor(a / b)),
    round(value, places) {
      if (!numbers([value, places || 0])) return undefined;
      const scale = 10 ** Math.min(Math.max(places || 0, 0), 10);
      return Math.sign(value) * Math.floor(Number((Math.abs(value) * scale).toPrecision(15)) + 0.5) / scale;
    },
    concat: (...list) => list.map(String).join(''),
    lower: (text) => (typeof text === 'string' ? text.toLowerCase() : undefined),
    length: (value) => (typeof value === 'string' ? Array.from(value).length : Array.isArray(value) ? value.length : undefined),
    days_between: (from, to) => days(day(from), day(to)),
    age(born) {
      const text = String(born), now = plan.today;
      if (isNaN(day(text)) || text > now) return undefined;
      return now.slice(0, 4) - text.slice(0, 4) - (now.slice(5) < text.slice(5, 10) ? 1 : 0);
    },
  };

  window.survey.calculate = (tree, facts) => {
    if ('question' in tree || 'field' in tree || 'variable' in tree || 'today' in tree) return operand(tree, facts);
    const name = Object.keys(tree)[0], given = [].concat(tree[name]);
    if (name === 'if') return value(given[holds(given[0], facts) ? 1 : 2], facts);
    if (name === 'lookup') return looked(value(given[0], facts), given[1], given[2]);
    if (name === 'count' || GROUPS[name]) return grouped(name, given, facts);
    const list = given.map((each) => value(each, facts));
    if (list.some((each) => each === undefined || each === null)) return undefined;
    const found = FUNCTIONS[name](...list);
    return typeof found === 'number' && !isFinite(found) ? undefined : found;
  };

  function looked(found, table, otherwise) {
    if (found === undefined || found === null) return undefined;
    if (Array.isArray(found)) return total(found.map((each) => table[each]).filter((each) => typeof each === 'number'));
    return found in table ? table[found] : otherwise;
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
