// The locales a collation may name, in mongod's spelling: `en`, `fr_CA`, `de@collation=phonebook`.
//
// The list is the manual's ("Collation Locales and Default Parameters"); ICU itself would take more. A locale this
// runtime's ICU has no rules for compares by the root rules.

const LOCALES = new Set(
  ("af am ar as az be bg bn bo bs bs_Cyrl ca chr cs cy da de de_AT dsb dz ee el en en_US en_US_POSIX " +
    "eo es et fa fa_AF fi fil fo fr fr_CA ga gl gu ha haw he hi hr hsb hu hy id ig is it ja ka kk kl km " +
    "kn ko kok ky lb lkt ln lo lt lv mk ml mn mr ms mt my nb ne nl nn om or pa pl ps pt ro ru se si sk sl " +
    "smn sq sr sr_Latn sv sw ta te th to tr ug uk ur vi wae yi yo zh zh_Hant zu").split(" "),
);

/** The `@collation=` values and Unicode's short names for them. */
export const COLLATION_VALUES: ReadonlyMap<string, string> = new Map([
  ["big5han", "big5han"],
  ["compat", "compat"],
  ["dictionary", "dict"],
  ["emoji", "emoji"],
  ["eor", "eor"],
  ["gb2312han", "gb2312"],
  ["phonebook", "phonebk"],
  ["phonetic", "phonetic"],
  ["pinyin", "pinyin"],
  ["reformed", "reformed"],
  ["search", "search"],
  ["searchjl", "searchjl"],
  ["standard", "standard"],
  ["stroke", "stroke"],
  ["traditional", "trad"],
  ["unihan", "unihan"],
  ["zhuyin", "zhuyin"],
]);

/** True for a locale of the list, with or without a known `@collation=` value. */
export function isKnownLocale(locale: string): boolean {
  const [language, keyword, ...more] = locale.split("@collation=");
  if (more.length > 0 || !LOCALES.has(language)) return false;
  return keyword === undefined || COLLATION_VALUES.has(keyword);
}

/** The known language an unknown locale starts with. */
export function languageOf(locale: string): string | undefined {
  const language = locale.split(/[_@-]/)[0].toLowerCase();
  return LOCALES.has(language) ? language : undefined;
}
