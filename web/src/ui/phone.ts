// Phone numbers as people read them aloud: French ones by twos.

/** `04 42 63 00 01`, of `+33442630001` or `0442630001`; any other number as it is. */
export function phoneWords(number: string): string {
  const digits = number.replace(/[\s.-]/g, '').replace(/^(\+33|0033)/, '0');
  return /^0[1-9]\d{8}$/.test(digits) ? digits.replace(/(\d\d)(?=\d)/g, '$1\u00a0') : number;
}
