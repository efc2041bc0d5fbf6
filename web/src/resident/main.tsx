import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import './resident.css';

// The console and the operators have pages of their own.
void start(App, /^\/(?!operator(\/|$))[^/]*(\/(?!console(\/|$)).*)?$/);
