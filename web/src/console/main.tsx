import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import './console.css';

void start(App, /^\/[^/]+\/console(\/|$)/);
