//! What becomes of a report: who may take which step, and what each step leaves behind.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::{
    AccountId, Actor, Change, CloseReason, Event, EventId, Invalid, NewComment, PhotoId, Refused, Report, Status,
    StatusGroup, Visibility, What, open::photos_of, today,
};

/// How long a guest may take to confirm, in hours; then the report expires and the contact is forgotten.
pub const UNCONFIRMED_HOURS: i64 = 24;

/// How long the commune waits for a reporter's answer, in days; then the report goes back under review.
pub const AWAITING_DAYS: i64 = 5;

/// Entries of a history from which on residents add no more: it is read whole, and must stay far below the 6 MB that an
/// answer may have. Staff go on, so that nobody can silence the commune on a report.
pub const MAX_RESIDENTS_ENTRIES: u32 = 200;

/// How long a reporter may ask to reopen a resolved report, in days.
pub const REOPEN_DAYS: i64 = 14;

impl Report {
    /// Whether everybody may see it.
    pub fn is_published(&self) -> bool {
        self.status.is_with_commune() && self.visibility == Visibility::Public
    }

    /// When it expires unless it is confirmed; only while unconfirmed. `resumed`: when the commune could be written again, if
    /// it was suspended. Nobody could confirm meanwhile, so the whole time begins anew.
    pub fn expires_at(&self, resumed: Option<Timestamp>) -> Option<Timestamp> {
        let since = self.created.max(resumed.unwrap_or(self.created));
        (self.status == Status::Unconfirmed).then(|| after(since, SignedDuration::from_hours(UNCONFIRMED_HOURS)))
    }

    /// Whether it is open and its expected day was before `today`.
    pub fn is_late(&self, today: Date) -> bool {
        self.status.group() == StatusGroup::Open && self.expected.is_some_and(|day| day < today)
    }

    /// When the commune stops waiting for the reporter; only while it does. `resumed` as in [`Report::expires_at`].
    pub fn awaiting_ends_at(&self, resumed: Option<Timestamp>) -> Option<Timestamp> {
        self.awaiting_since.map(|since| after(since.max(resumed.unwrap_or(since)), days(AWAITING_DAYS)))
    }

    /// Until when its reporter may ask to reopen it; only while resolved. `resumed` as in [`Report::expires_at`].
    pub fn reopenable_until(&self, resumed: Option<Timestamp>) -> Option<Timestamp> {
        let resolved = self.resolved_at.filter(|_| self.status == Status::Resolved);
        resolved.map(|at| after(at.max(resumed.unwrap_or(at)), days(REOPEN_DAYS)))
    }

    /// A change of status. Staff take every step of the table but the confirmation and the wish to reopen, which are
    /// the reporter's; the reporter takes no other step here (see [`Report::withdraw`]). `resumed` as in
    /// [`Report::expires_at`].
    pub fn change(
        &self,
        change: Change,
        actor: Actor,
        resumed: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Report, Event), Refused> {
        let to = change.to;
        self.check_is_concerned(&actor)?;
        if !self.status.may_become(self.kind, to) {
            return Err(Refused::NotAllowed { from: self.status, to });
        }
        let reporters_step = to == Status::ReopenRequested;
        let is_staff = matches!(actor, Actor::Staff { .. });
        if is_staff == reporters_step || self.status == Status::Unconfirmed {
            return Err(Refused::NotYours);
        }
        if let Some(deadline) = self.reopenable_until(resumed).filter(|deadline| reporters_step && now > *deadline) {
            return Err(Refused::TooLate { deadline });
        }
        let photos = self.check_change(&change, is_staff, now).map_err(Refused::Invalid)?;

        let mut report = self.moved(to, now);
        report.scheduled_for = change.scheduled_for;
        report.close_reason = change.close_reason;
        report.duplicate_of = change.duplicate_of;
        if to == Status::Resolved {
            report.after_photos.extend(&photos);
        }
        let what = What::StatusChanged {
            from: self.status,
            to,
            scheduled_for: change.scheduled_for,
            close_reason: change.close_reason,
            duplicate_of: change.duplicate_of,
        };
        let mut event = report.entry(actor, what, now);
        event.public_note = change.note;
        event.internal_note = change.internal_note;
        event.photos = photos;
        Ok((report, event))
    }

    /// A comment: by staff, the reporter, or another resident who may see the report; internal ones by staff only.
    /// A reporter's comment on a report that awaits it is the answer, and brings the report back under review.
    pub fn comment(&self, comment: NewComment, actor: Actor, now: Timestamp) -> Result<(Report, Event), Refused> {
        if !matches!(actor, Actor::Resident(_)) || !self.is_published() {
            self.check_is_concerned(&actor)?;
        }
        let is_staff = matches!(actor, Actor::Staff { .. });
        if !self.status.is_with_commune() || comment.internal && !is_staff {
            return Err(Refused::NotYours);
        }
        if !is_staff && self.version >= MAX_RESIDENTS_ENTRIES {
            let detail =
                format!("the report has {} entries; residents add none after {MAX_RESIDENTS_ENTRIES}", self.version);
            return Err(Refused::Invalid(vec![Invalid::new("text", "history_full", detail)]));
        }
        let photos = photos_of(&comment.photos).map_err(|e| Refused::Invalid(vec![e]))?;
        let is_answer = self.status == Status::AwaitingReporter && matches!(actor, Actor::Reporter(_));
        let (mut report, what) = if is_answer {
            (self.moved(Status::UnderReview, now), self.step_to(Status::UnderReview))
        } else {
            let what = if comment.internal { What::InternalNote } else { What::Commented };
            (self.touched(now), what)
        };
        if comment.internal {
            // What residents can see of the report does not tell that colleagues talked.
            report.updated = self.updated;
        }
        let mut event = report.entry(actor, what, now);
        event.photos = photos;
        if comment.internal {
            event.internal_note = Some(comment.text);
        } else {
            event.public_note = Some(comment.text);
        }
        Ok((report, event))
    }

    /// The guest redeemed the code and now has an account: the report reaches the commune, the contact is forgotten.
    /// `resumed` as in [`Report::expires_at`].
    pub fn confirm(
        &self,
        account: AccountId,
        resumed: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Report, Event), Refused> {
        self.check_step(Status::Received, Status::Unconfirmed)?;
        if let Some(deadline) = self.expires_at(resumed).filter(|deadline| now > *deadline) {
            return Err(Refused::TooLate { deadline });
        }
        let mut report = self.moved(Status::Received, now);
        report.reporter = Some(account);
        report.followers += 1;
        Ok(report.received(now))
    }

    /// Nobody confirmed it within a day: it expires, the contact is forgotten. `resumed` as in [`Report::expires_at`].
    pub fn expire(&self, resumed: Option<Timestamp>, now: Timestamp) -> Result<(Report, Event), Refused> {
        self.check_step(Status::Expired, Status::Unconfirmed)?;
        if self.expires_at(resumed).is_some_and(|at| now < at) {
            return Err(Refused::NotAllowed { from: self.status, to: Status::Expired });
        }
        let mut report = self.moved(Status::Expired, now);
        let event = report.entry(Actor::System, self.step_to(Status::Expired), now);
        Ok((report, event))
    }

    /// The reporter did not answer within five days: back under review. `resumed` as in [`Report::expires_at`].
    pub fn awaiting_timeout(&self, resumed: Option<Timestamp>, now: Timestamp) -> Result<(Report, Event), Refused> {
        self.check_step(Status::UnderReview, Status::AwaitingReporter)?;
        if self.awaiting_ends_at(resumed).is_some_and(|at| now < at) {
            return Err(Refused::NotAllowed { from: self.status, to: Status::UnderReview });
        }
        let mut report = self.moved(Status::UnderReview, now);
        let event = report.entry(Actor::System, self.step_to(Status::UnderReview), now);
        Ok((report, event))
    }

    /// Its reporter takes it back: it is closed as withdrawn. An unconfirmed report has no reporter yet: whoever can
    /// prove to hold its contact takes it back as [`Actor::System`], and it expires, so that it is never published.
    pub fn withdraw(&self, actor: Actor, now: Timestamp) -> Result<(Report, Event), Refused> {
        let unconfirmed = self.status == Status::Unconfirmed;
        let may = if unconfirmed { actor == Actor::System } else { matches!(actor, Actor::Reporter(_)) };
        if !may {
            return Err(Refused::NotYours);
        }
        if !unconfirmed {
            self.check_is_concerned(&actor)?;
        }
        let to = if unconfirmed { Status::Expired } else { Status::Closed };
        if !self.status.may_become(self.kind, to) {
            return Err(Refused::NotAllowed { from: self.status, to });
        }
        let mut report = self.moved(to, now);
        report.close_reason = Some(CloseReason::Withdrawn);
        let event = report.entry(actor, What::Withdrawn, now);
        Ok((report, event))
    }

    /// Staff are concerned by every report, a reporter by their own; nobody else acts on its status.
    fn check_is_concerned(&self, actor: &Actor) -> Result<(), Refused> {
        match actor {
            Actor::Staff { .. } => Ok(()),
            Actor::Reporter(account) if self.reporter == Some(*account) => Ok(()),
            Actor::Reporter(_) | Actor::Resident(_) | Actor::FormerResident | Actor::System => Err(Refused::NotYours),
        }
    }

    fn check_step(&self, to: Status, only_from: Status) -> Result<(), Refused> {
        if self.status == only_from { Ok(()) } else { Err(Refused::NotAllowed { from: self.status, to }) }
    }

    fn check_change(&self, change: &Change, is_staff: bool, now: Timestamp) -> Result<Vec<PhotoId>, Vec<Invalid>> {
        let mut wrong = Vec::new();
        let today = today(now);
        match change.scheduled_for {
            None if change.to == Status::Scheduled => {
                wrong.push(Invalid::new("scheduled_for", "date_required", "to be scheduled, a report needs a date"));
            }
            Some(_) if change.to != Status::Scheduled => wrong.push(out_of_place("scheduled_for", "to is scheduled")),
            Some(date) if date < today => {
                let detail = format!("scheduled_for is {date}; {today} (today in Paris) or later");
                wrong.push(Invalid::new("scheduled_for", "date_in_the_past", detail));
            }
            _ => {}
        }
        let duplicate = change.close_reason == Some(CloseReason::Duplicate);
        match change.close_reason {
            None if change.to == Status::Closed => {
                wrong.push(Invalid::new("close_reason", "reason_required", "to be closed, a report needs a reason"));
            }
            Some(_) if change.to != Status::Closed => wrong.push(out_of_place("close_reason", "to is closed")),
            Some(CloseReason::Duplicate) if change.duplicate_of.is_none() && change.note.is_none() => {
                let detail = "a duplicate needs the original report in duplicate_of, or a note that says which it is";
                wrong.push(Invalid::new("duplicate_of", "original_required", detail));
            }
            _ => {}
        }
        match change.duplicate_of {
            Some(_) if !duplicate => wrong.push(out_of_place("duplicate_of", "close_reason is duplicate")),
            Some(original) if original == self.id => {
                wrong.push(Invalid::new(
                    "duplicate_of",
                    "duplicate_of_itself",
                    "a report is not a duplicate of itself",
                ));
            }
            _ => {}
        }
        if change.internal_note.is_some() && !is_staff {
            wrong.push(Invalid::new("internal_note", "staff_only", "internal notes are the commune's; use note"));
        }
        match photos_of(&change.photos) {
            Ok(photos) if wrong.is_empty() => return Ok(photos),
            Ok(_) => {}
            Err(e) => wrong.push(e),
        }
        Err(wrong)
    }

    /// The report one version on, otherwise as it is. What is added to one that was anonymous may name somebody, so it becomes
    /// anonymous again in its time.
    fn touched(&self, now: Timestamp) -> Report {
        Report { version: self.version + 1, updated: now, anonymous: None, ..self.clone() }
    }

    /// The report one version on and in another status: what belonged to the old status is gone, what belongs to the
    /// new one is there. The expected date moves by the whole days the commune waited for the reporter.
    fn moved(&self, to: Status, now: Timestamp) -> Report {
        let mut report = self.touched(now);
        report.status = to;
        report.guest_contact = None;
        report.scheduled_for = None;
        report.close_reason = None;
        report.duplicate_of = None;
        if let Some(since) = report.awaiting_since.take() {
            let paused = now.duration_since(since).as_hours() / 24;
            report.expected = report.expected.map(|date| date.saturating_add(paused.max(0).days()));
        }
        report.awaiting_since = (to == Status::AwaitingReporter).then_some(now);
        report.resolved_at = match to {
            Status::Resolved => Some(now),
            Status::ReopenRequested => self.resolved_at,
            _ => None,
        };
        report
    }

    fn step_to(&self, to: Status) -> What {
        What::StatusChanged { from: self.status, to, scheduled_for: None, close_reason: None, duplicate_of: None }
    }

    /// The entry of this report's history for what just happened, and the report's link to it.
    fn entry(&mut self, actor: Actor, what: What, now: Timestamp) -> Event {
        let event = Event {
            id: EventId::new(now),
            report: self.id,
            version: self.version,
            at: now,
            actor,
            what,
            public_note: None,
            internal_note: None,
            status: self.status,
            photos: Vec::new(),
            ambassador: false,
        };
        self.last_event = Some(event.id);
        event
    }
}

fn out_of_place(field: &str, only_when: &str) -> Invalid {
    Invalid::new(field, "out_of_place", format!("{field} has a meaning only when {only_when}"))
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

fn after(at: Timestamp, duration: SignedDuration) -> Timestamp {
    // Only the end of time overflows.
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}
