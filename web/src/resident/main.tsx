import { watchInstallable } from '../offline/installable.ts';
import { registerWorker } from '../offline/register.ts';
import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import './resident.css';

watchInstallable();
if (import.meta.env.PROD) registerWorker();
// The console and the operators have pages of their own.
void start(App, /^\/(?!operator(\/|$))[^/]*(\/(?!console(\/|$)).*)?$/);
