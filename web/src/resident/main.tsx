import { watchInstallable } from '../offline/installable.ts';
import { registerWorker } from '../offline/register.ts';
import { start } from '../ui/start.tsx';
import { App } from './app.tsx';
import './resident.css';

watchInstallable();
if (import.meta.env.PROD) registerWorker();
// The console and the operators have pages of their own.
// Invitations to the staff come by mail with an address of their own (create_invitation.rs).
const invited = /^\/([^/]+)\/staff\/invitation$/.exec(location.pathname);
if (invited) location.replace(`/${invited[1]}/console/accept${location.hash}`);
else void start(App, /^\/(?!operator(\/|$))[^/]*(\/(?!console(\/|$)).*)?$/);
