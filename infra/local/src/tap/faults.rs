//! Faults on demand: which calls fail, slow down, are throttled or lose their answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::call::{Call, Service};

/// The longest delay, in milliseconds: Lambda's own limit.
pub const MAX_SLOW_MS: u64 = 900_000;

/// The calls that DynamoDB refuses while a transaction holds their items.
const WRITES: [&str; 4] = ["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"];

/// A rule to add. Which calls it meets, what they meet, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFault {
    /// Calls of this service.
    pub service: Service,
    /// Only this operation: `Publish`, `PutItem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only calls whose path, query or body contains this text after decoding: a phone number, a commune, a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// What happens.
    pub action: FaultAction,
    /// `slow`, and only there: by how many milliseconds, at most 900,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// So many calls and then no more; without it until the rule is removed. An SDK's retry is a call too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl NewFault {
    /// `action` for every call of `service`; the other fields narrow it.
    pub fn new(service: Service, action: FaultAction) -> NewFault {
        NewFault { service, operation: None, contains: None, action, ms: None, times: None }
    }
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultAction {
    /// The service answers that it failed (500) and does nothing.
    Fail,
    /// The service's own throttling error; it does nothing.
    Throttle,
    /// The call is made `ms` later, or as soon as the rule is removed.
    Slow,
    /// SNS `Publish` to a device: the endpoint is disabled. A push to a browser: the subscription is given up.
    EndpointDisabled,
    /// SNS `Publish` to a phone: it answered STOP.
    OptedOut,
    /// The call is made and its answer never arrives: the connection closes.
    DropAnswer,
    /// DynamoDB writes: another transaction holds the items just now; nothing is written.
    Conflict,
}

/// A rule that was added.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// Names it for removal.
    pub id: u64,
    /// What was asked for; `times` counts down to 0.
    #[serde(flatten)]
    pub rule: NewFault,
    /// How many calls it met.
    pub hits: u64,
}

/// A rule that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// `slow` needs to know how slow.
    #[error("ms is missing: a slow fault needs how many milliseconds, 1 to {MAX_SLOW_MS}")]
    MsMissing,
    /// Out of range.
    #[error("ms is {0}; it must be 1 to {MAX_SLOW_MS}")]
    MsRange(u64),
    /// Only `slow` has it.
    #[error("ms is given, but only a slow fault has it")]
    MsUnused,
    /// Only devices can be disabled.
    #[error(
        "endpoint_disabled is an answer of sns Publish or push Send; service and operation must be those or operation absent"
    )]
    NotAnEndpoint,
    /// Only phones opt out.
    #[error("opted_out is an answer of sns Publish; service and operation must be those or operation absent")]
    NotAPhone,
    /// Only writes conflict.
    #[error("conflict is an answer of dynamodb writes; service must be that and operation one of {WRITES:?} or absent")]
    NotAWrite,
    /// A rule that never applies.
    #[error("times is 0; it must be 1 or more, or absent for every call")]
    NoTimes,
}

/// The rules of one platform; clones share them. Empty at every start.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Arc<Mutex<Rules>>,
}

#[derive(Debug, Default)]
struct Rules {
    list: Vec<Rule>,
    last: u64,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    /// Dropped with the rule, which lets the calls go on that it holds up.
    there: watch::Sender<()>,
}

/// What a call meets.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) action: FaultAction,
    ms: u64,
    there: watch::Receiver<()>,
}

impl Met {
    /// Waits as long as a slow call does.
    pub(super) async fn delay(&mut self) {
        // Nothing is ever sent: a change is that the rule is gone.
        let _ = tokio::time::timeout(Duration::from_millis(self.ms), self.there.changed()).await;
    }
}

impl Faults {
    /// Adds a rule, behind those that are there; a call meets the first rule that fits it.
    ///
    /// # Errors
    /// The rule makes no sense.
    pub fn add(&self, rule: NewFault) -> Result<Fault, FaultError> {
        match (rule.action, rule.ms) {
            (FaultAction::Slow, None) => return Err(FaultError::MsMissing),
            (FaultAction::Slow, Some(ms)) if !(1..=MAX_SLOW_MS).contains(&ms) => return Err(FaultError::MsRange(ms)),
            (FaultAction::Slow, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(FaultError::MsUnused),
        }
        let publishes = rule.service == Service::Sns && rule.operation.as_deref().is_none_or(|o| o == "Publish");
        let pushes = rule.service == Service::Push && rule.operation.as_deref().is_none_or(|o| o == "Send");
        if rule.action == FaultAction::EndpointDisabled && !publishes && !pushes {
            return Err(FaultError::NotAnEndpoint);
        }
        if rule.action == FaultAction::OptedOut && !publishes {
            return Err(FaultError::NotAPhone);
        }
        let writes = rule.service == Service::Dynamodb && rule.operation.as_deref().is_none_or(|o| WRITES.contains(&o));
        if rule.action == FaultAction::Conflict && !writes {
            return Err(FaultError::NotAWrite);
        }
        if rule.times == Some(0) {
            return Err(FaultError::NoTimes);
        }
        let mut rules = self.lock();
        rules.last += 1;
        let fault = Fault { id: rules.last, rule, hits: 0 };
        rules.list.push(Rule { fault: fault.clone(), there: watch::Sender::new(()) });
        Ok(fault)
    }

    /// All rules, used-up ones (`times` is 0) too, with their hits.
    pub fn list(&self) -> Vec<Fault> {
        self.lock().list.iter().map(|rule| rule.fault.clone()).collect()
    }

    /// How many calls a slow rule holds up just now. One whose caller is gone is none, but for what SNS and SES are to send.
    pub fn held(&self, id: u64) -> usize {
        self.lock().list.iter().find(|rule| rule.fault.id == id).map_or(0, |rule| rule.there.receiver_count())
    }

    /// Removes a rule; gives it as it ended, or `None` when there is none with this id.
    pub fn remove(&self, id: u64) -> Option<Fault> {
        let mut rules = self.lock();
        let at = rules.list.iter().position(|rule| rule.fault.id == id)?;
        Some(rules.list.remove(at).fault)
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.lock().list.clear();
    }

    /// What `call` meets; counts it.
    pub(super) fn meet(&self, call: &Call) -> Option<Met> {
        let mut rules = self.lock();
        let Rule { fault, there } = rules.list.iter_mut().find(|rule| rule.fault.rule.fits(call))?;
        fault.hits += 1;
        fault.rule.times = fault.rule.times.map(|times| times - 1);
        Some(Met { action: fault.rule.action, ms: fault.rule.ms.unwrap_or(0), there: there.subscribe() })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NewFault {
    fn fits(&self, call: &Call) -> bool {
        let endpoint = self.action != FaultAction::EndpointDisabled
            || (call.is(Service::Sns, "Publish") && call.field("TargetArn").is_some())
            || call.is(Service::Push, "Send");
        let phone = self.action != FaultAction::OptedOut
            || (call.is(Service::Sns, "Publish") && call.field("PhoneNumber").is_some());
        let write = self.action != FaultAction::Conflict
            || call.operation.as_deref().is_some_and(|operation| WRITES.contains(&operation));
        self.times != Some(0)
            && call.service == Some(self.service)
            && self.operation.as_deref().is_none_or(|operation| call.operation.as_deref() == Some(operation))
            && endpoint
            && phone
            && write
            && self.contains.as_deref().is_none_or(|needle| call.mentions(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_make_no_sense_are_refused_with_the_reason() {
        let faults = Faults::default();
        let rule = NewFault::new(Service::Sqs, FaultAction::Slow);
        let refused = |rule: &NewFault| faults.add(rule.clone()).unwrap_err().to_string();
        assert_eq!(refused(&rule), "ms is missing: a slow fault needs how many milliseconds, 1 to 900000");
        assert_eq!(refused(&NewFault { ms: Some(0), ..rule.clone() }), "ms is 0; it must be 1 to 900000");
        let fail = NewFault { action: FaultAction::Fail, ..rule };
        assert_eq!(refused(&NewFault { ms: Some(5), ..fail.clone() }), "ms is given, but only a slow fault has it");
        assert!(refused(&NewFault { times: Some(0), ..fail.clone() }).starts_with("times is 0"));
        let disabled = NewFault { action: FaultAction::EndpointDisabled, ..fail };
        assert!(refused(&disabled).starts_with("endpoint_disabled is an answer of sns Publish"));
        let opted_out = NewFault { action: FaultAction::OptedOut, ..disabled };
        assert!(refused(&opted_out).starts_with("opted_out is an answer of sns Publish"));
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_rule_is_written_flat_and_a_field_it_does_not_know_is_refused() {
        let rule: NewFault =
            serde_json::from_str(r#"{"service":"dynamodb","operation":"PutItem","action":"throttle","times":2}"#)
                .unwrap();
        assert_eq!(rule.action, FaultAction::Throttle);
        let fault = Faults::default().add(rule).unwrap();
        let json = serde_json::to_value(&fault).unwrap();
        let expected = serde_json::json!({
            "id": 1, "service": "dynamodb", "operation": "PutItem", "action": "throttle", "times": 2, "hits": 0
        });
        assert_eq!(json, expected);
        let unknown = serde_json::from_str::<NewFault>(r#"{"service":"sns","action":"fail","count":2}"#).unwrap_err();
        assert!(unknown.to_string().contains("unknown field `count`"), "{unknown}");
    }
}
