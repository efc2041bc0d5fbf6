import { loadTexts } from '../texts/index.ts';
import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import { loadOperatorTexts } from './texts/index.ts';
import './operator.css';

async function begin() {
  await loadTexts();
  await loadOperatorTexts();
  await start(App, /^\/operator(\/|$)/);
}

void begin();
