// What is wrong with a field of the console, found by the screen itself or by the platform.

export { fieldOf, refused as invalid } from '../ui/refused.ts';
