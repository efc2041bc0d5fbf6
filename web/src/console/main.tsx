import { registerWorker } from '../offline/register.ts';
import { loadTexts } from '../texts/index.ts';
import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import { askFactorFirst } from './factor.ts';
import { loadConsoleTexts } from './texts/index.ts';
import './console.css';
import './inbox.css';
import './treat.css';
import './pending.css';

if (import.meta.env.PROD) registerWorker();

async function begin() {
  await loadTexts();
  await loadConsoleTexts();
  askFactorFirst();
  await start(App, /^\/[^/]+\/console(\/|$)/);
}

void begin();
