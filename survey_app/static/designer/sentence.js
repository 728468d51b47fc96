/* A condition in words. */

import { label, sizes } from "./operators.js";
import { brief } from "./subjects.js";
import { question } from "./outline.js";
import { t } from "./words.js";

const ADDRESS = new Set(["question", "field", "variable", "quota", "row", "iteration", "exact"]);

/** Name and operand of the one operator of a comparison; states carry their value in the name. */
export function operatorOf(tree) {
  if ("quota" in tree) return [`full:${tree.full ?? true}`, undefined];
  const name = Object.keys(tree).find((key) => !ADDRESS.has(key)) ?? "";
  return ["answered", "shown", "reached"].includes(name) ? [`${name}:${tree[name]}`, undefined] : [name, tree[name]];
}

/** The whole condition as one sentence. */
export function sentence(designer, tree, inner = false) {
  if (!tree) return "";
  if (tree.all || tree.any) {
    const parts = (tree.all ?? tree.any).map((each) => sentence(designer, each, true));
    const joined = parts.join(tree.all ? t(" and ") : t(" or "));
    return inner && parts.length > 1 ? t("(%(inner)s)", { inner: joined }) : joined;
  }
  if (tree.not) return t("not (%(inner)s)", { inner: sentence(designer, tree.not) });
  return comparison(designer, tree);
}

function comparison(designer, tree) {
  const [name, operand] = operatorOf(tree);
  const values = { subject: subjectName(designer, tree), operator: label(name), value: operandWords(designer, tree, name, operand) };
  return t(values.value ? "%(subject)s %(operator)s %(value)s" : "%(subject)s %(operator)s", values);
}

function subjectName(designer, tree) {
  const code = tree.question ?? tree.field ?? tree.variable ?? tree.quota ?? "?";
  const title = tree.question ? question(designer.store.doc, code)?.title : "";
  const base = title ? `${code}${t("“%(text)s”", { text: brief(title, 14) })}` : tree.quota ? t("Quota %(code)s", { code }) : code;
  return tree.row ? t("%(subject)s · %(row)s", { subject: base, row: rowName(designer, tree) }) : base;
}

function rowName(designer, tree) {
  if (tree.row === "any") return t("any row");
  if (tree.row === "every") return t("every row");
  const asked = question(designer.store.doc, tree.question);
  const rows = [...(asked?.settings?.rows ?? []), ...(designer.facts(asked).rows ?? [])];
  return rows.find(({ id }) => id === tree.row)?.label ?? tree.row;
}

const bucketName = (designer, tree, value) => {
  const own = question(designer.store.doc, tree.question)?.settings?.options?.find(({ id }) => id === value)?.label;
  const buckets = designer.facts(question(designer.store.doc, tree.question))?.buckets ?? {};
  return own || buckets[value] || buckets[`${tree.row}:${value}`] || String(value);
};

function operandWords(designer, tree, name, operand) {
  if (operand === undefined) return "";
  const quoted = (value) => t("“%(text)s”", { text: bucketName(designer, tree, value) });
  if (Array.isArray(operand)) return name === "between" ? operand.map((each) => dayWords(each)).join(" – ") : operand.map(quoted).join(t(", "));
  if (typeof operand === "number") return name.startsWith("is") ? quoted(operand) : String(operand);
  if (typeof operand === "string") return quoted(operand);
  if (typeof operand === "boolean") return operand ? t("yes") : t("no");
  return objectWords(designer, tree, operand);
}

function objectWords(designer, tree, operand) {
  if (operand.question || operand.field || operand.variable) return subjectName(designer, operand);
  if ("today" in operand) return dayWords(operand);
  if ("last" in operand) return t("the last %(n)s days", { n: operand.last });
  if ("next" in operand) return t("the next %(n)s days", { n: operand.next });
  const limits = sizes().filter(([size]) => size in operand).map(([size, words]) => `${words} ${operand[size]}`);
  if ("option" in operand) return t("“%(text)s”", { text: bucketName(designer, tree, operand.option) }) + (limits.length ? ` ${limits.join(t(", "))}` : operand.before ? ` ${t("before “%(text)s”", { text: bucketName(designer, tree, operand.before) })}` : "");
  return limits.length ? limits.join(t(", ")) : JSON.stringify(operand);
}

function dayWords(day) {
  if (day === null || typeof day !== "object") return String(day);
  if (!("today" in day)) return JSON.stringify(day);
  if (!day.today) return t("today");
  return day.today < 0 ? t("%(n)s days ago", { n: -day.today }) : t("in %(n)s days", { n: day.today });
}
