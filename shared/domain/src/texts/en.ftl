# What residents read: codes and notices. The same ids as fr.ftl.

## Steps of a report
status-unconfirmed = To be confirmed
status-received = Received
status-under-review = Under review
status-in-progress = In progress
status-scheduled = Scheduled
status-awaiting-reporter = More information needed
status-forwarded = Passed on
status-resolved = Solved
status-closed = Closed
status-reopen-requested = Reopening requested
status-reopened = Reopened
status-expired = Not confirmed

## What a resident sends
kind-problem = Problem
kind-idea = Idea
kind-question = Question
kind-opinion = Opinion
kind-praise = Thanks
kind-observation = Observation

## What a notice says when nobody wrote a word
words-unconfirmed = This message waits to be confirmed.
words-received = Your town hall has received this message.
words-under-review = A municipal service is looking into it.
words-in-progress = The town hall is working on it.
words-scheduled = The work is scheduled.
words-awaiting-reporter = The town hall needs more information to go on.
words-forwarded = The town hall has passed it on to the body in charge.
words-resolved = The town hall says it is done.
words-closed = The town hall has closed this case.
words-reopen-requested = Reopening has been requested; the town hall will answer.
words-reopened = The town hall has reopened this case.
words-expired = This message was not confirmed in time.
words-commented = A new message is waiting for you.
words-withdrawn = Its author has withdrawn it.

## Notices
status-scheduled-for = Scheduled for { $date }
notice-line = { $status }: { $words }
notice-comment-line = New message ({ $status }): { $words }
notice-about = About: “{ $excerpt }”
notice-email-body =
    { $line }

    { $about }
    { $link }

    { $commune }
    Choose how you are told, or stop being told: { $unsubscribe }

## Alerts
alert-title = Alert: { $headline }
alert-ended-title = All clear: { $headline }
alert-ended-words = The danger is over.

## Codes
code-sms = { $code } is your code for { $commune }. It is valid for { $minutes } minutes. Do not give it to anyone.
code-email-subject = { $code } is your code for { $commune }
code-email-body =
    Your code for { $commune }: { $code }

    It is valid for { $minutes } minutes. Do not give it to anyone: the town hall will never ask for it.
    If you did not ask for it, ignore this message.

## A commune's staff
role-agent = agent
role-manager = head of a service
role-moderator = moderator
role-elected-member = elected member of the council
role-administrator = administrator
invitation-subject = { $commune } invites you to its workspace
invitation-body =
    Hello { $name },

    { $inviter } invites you to work for { $commune } on Parvis. Your role: { $role }.

    To accept, open this link, sign in with this address and confirm:
    { $link }

    The invitation is good for { $days } days and once. A newer mail replaces this one.
    If you do not know this person, ignore this message.
second-factor-reset-subject = { $commune }: your second factor was reset
second-factor-reset-body =
    Hello { $name },

    { $administrator } reset the second factor of your account for { $commune }, and your sessions are closed.
    The next time you sign in you will register an authenticator app again.

    If you did not ask for this, tell another administrator of the commune at once.
## The first administrator of a commune
first-administrator-subject = { $commune } is on Parvis: you are its administrator
first-administrator-body =
    { $commune } has just been opened on Parvis, and you are its first administrator.

    Sign in with this address: a code will be sent to you, there is no password.
    { $link }

    The categories and services are those of an ordinary commune; make them yours, then invite your colleagues.

## Agreement to text messages. Another word is another version: texts.rs, SMS_CONSENT_VERSION.
sms-consent = I agree to text messages from my commune at this number: codes that I ask for, and news of what I sent or follow. No advertising. I can take this back in my account at any time; a text message then only goes out if nothing else can bring me an answer.

## An account that nobody uses
account-ends-sms = { $commune }: unless you sign in before { $date }, your account will be erased. { $link }
account-ends-subject = { $commune }: your account will be erased on { $date }
account-ends-body =
    You have not signed in to your account for { $commune } for a long time.

    Unless you do, it will be erased on { $date }, with your contacts and what you follow. Your reports stay, without your name.

    To keep it, sign in before that day:
    { $link }

## Account
contact-changed-sms = { $commune }: the contacts of your account have changed. Not you? Tell your town hall.
contact-changed-email-subject = { $commune }: the contacts of your account have changed
contact-changed-email-body =
    Your account for { $commune } can now be reached here: { $new }

    All other devices have been signed out.
    If this was not you, tell your town hall at once.
## Budget of text messages, for administrators
sms-budget-subject = { $commune }: { $percent } % of the text messages of { $month } are used
sms-budget-body =
    { $used } of { $budget } text messages went out in the name of { $commune } in { $month }: { $percent } % of the plan or more.

    { $what }

    Codes for signing in still go out, up to a reserve.
sms-budget-soon = Nothing changes for now. Once the plan is used up, notices go out as push messages or e-mails instead of text messages.
sms-budget-spent = Until the end of the month, notices go out as push messages or e-mails instead of text messages. Only people who can be reached by text message alone still get them, so that nobody stays without an answer.

## Launch of a commune
not-taken-not-yet = { $commune } has not opened this service to its residents yet.
not-taken-place = { $commune } tries this service in one part of the commune first, and this place is not in it yet.
not-taken-category = { $commune } tries this service for some subjects first, and this one is not among them yet.
not-taken-invited = { $commune } tries this service with some invited residents first.
not-taken-paused = { $commune } takes no new reports for the moment.
not-taken-open-on = Open to everybody on: { $date }.
launch-way-out =
    You will be told when { $commune } opens. If you no longer want that, open this link and confirm:
    { $link }
launch-open-sms = { $commune }: it is open, you can write to your town hall now.
launch-open-subject = { $commune }: it is open
launch-open-body =
    { $commune } is open to all its residents now: report, propose, ask, and follow the answers.
    { $link }

    You asked for this. It is the only message about it, and we have erased your request.

## Dates
date = { $weekday } { $day } { $month } { $year }
day-first = 1
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
