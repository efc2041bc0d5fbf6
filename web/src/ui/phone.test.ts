import { expect, test } from 'vitest';
import { phoneWords } from './phone.ts';

test('French numbers are written by twos, others as they are', () => {
  const spaced = '04\u00a042\u00a063\u00a000\u00a001';
  expect(['+33442630001', '0442630001', '04 42 63 00 01', '0033442630001'].map(phoneWords)).toEqual(
    Array(4).fill(spaced),
  );
  expect(['3939', '+262262123456', '112'].map(phoneWords)).toEqual(['3939', '+262262123456', '112']);
});
