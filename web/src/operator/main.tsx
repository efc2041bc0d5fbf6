import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import './operator.css';

void start(App, /^\/operator(\/|$)/);
