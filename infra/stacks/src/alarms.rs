//! When each alarm rings, whom it tells, and that operators find what to do about it.

use std::collections::{BTreeMap, BTreeSet};

use parvis_edge::{Function, Queue, Trigger};
use serde_norway::Value;

use crate::protections::{stacks, yaml};
use crate::root_template::{properties, template};
use crate::stack::resource_name;

/// Alarms of the root stack on one metric each: of what, and when they ring. [`on_sums`] tells the others.
const RING: [(&str, &str, &str); 12] = [
    (
        "NoticesGivenUp",
        "AWS/SQS ApproximateNumberOfMessagesVisible of QueueName !GetAtt NoticeDeadLetters.QueueName",
        ANY,
    ),
    (
        "PhotosGivenUp",
        "AWS/SQS ApproximateNumberOfMessagesVisible of QueueName !GetAtt PhotoDeadLetters.QueueName",
        ANY,
    ),
    (
        "ChangesGivenUp",
        "AWS/SQS NumberOfMessagesSent of QueueName !GetAtt StreamDeadLetters.QueueName",
        "Sum of 60 s > 0, 1 of 1, else notBreaching",
    ),
    ("NoticesLost", "!Sub Parvis/${Stage} NoticesLost", "Sum of 60 s > 0, 1 of 1, else notBreaching"),
    ("NoticesWait", "AWS/SQS ApproximateAgeOfOldestMessage of QueueName !GetAtt NoticeQueue.QueueName", FIVE_MINUTES),
    ("PhotosWait", "AWS/SQS ApproximateAgeOfOldestMessage of QueueName !GetAtt PhotoQueue.QueueName", FIVE_MINUTES),
    ("ApiFails", "AWS/ApiGateway 5xx of ApiId !Ref HttpApi", "Average of 60 s > 0.01, 3 of 5, else notBreaching"),
    ("SmsHalfSpent", SMS, ">= 50, 1 of 1, else ignore"),
    ("SmsNearlySpent", SMS, ">= 80, 1 of 1, else ignore"),
    ("SmsSpent", SMS, ">= 100, 1 of 1, else ignore"),
    ("MailBounces", "AWS/SES Reputation.BounceRate", "Maximum of 3600 s > 0.04, 1 of 1, else ignore"),
    ("MailComplaints", "AWS/SES Reputation.ComplaintRate", "Maximum of 3600 s > 0.0008, 1 of 1, else ignore"),
];
const ANY: &str = "Maximum of 60 s > 0, 1 of 1, else notBreaching";
const FIVE_MINUTES: &str = "Maximum of 60 s > 300, 1 of 1, else notBreaching";
const SMS: &str = "!Sub 100 * spent / ${SmsMonthlyUsd}, spent: Maximum of 300 s of AWS/SNS SMSMonthToDateSpentUSD";
/// Names and properties of a template's alarms.
fn alarms(template: &Value) -> BTreeMap<&str, &Value> {
    let resources = template["Resources"].as_mapping().expect("resources");
    let own = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::CloudWatch::Alarm");
    own.map(|(name, resource)| (name.as_str().expect("a name"), &resource["Properties"])).collect()
}

fn text(value: &Value) -> String {
    serde_norway::to_string(value).expect("YAML").trim().trim_matches('\'').replace('\n', " ")
}

/// A metric by its name, and of what it is.
fn named(metric: &Value) -> String {
    let of = metric.get("Dimensions").and_then(Value::as_sequence).into_iter().flatten();
    let of: String = of.map(|d| format!(" of {} {}", text(&d["Name"]), text(&d["Value"]))).collect();
    format!("{} {}{of}", text(&metric["Namespace"]), text(&metric["MetricName"]))
}

/// What an alarm watches and when it rings, in a line.
fn told(alarm: &Value) -> String {
    let sign = match alarm["ComparisonOperator"].as_str() {
        Some("GreaterThanThreshold") => ">",
        Some("GreaterThanOrEqualToThreshold") => ">=",
        Some("LessThanThreshold") => "<",
        other => panic!("an alarm that compares by {other:?}"),
    };
    let (watched, how) = match alarm.get("Metrics").and_then(Value::as_sequence) {
        None => (named(alarm), format!("{} of {} s ", text(&alarm["Statistic"]), text(&alarm["Period"]))),
        Some(metrics) => {
            let (sum, parts): (Vec<&Value>, Vec<&Value>) = metrics.iter().partition(|m| m.get("Expression").is_some());
            let part = |part: &&Value| {
                assert_eq!(part["ReturnData"], false, "only the expression is the alarm's");
                let stat = &part["MetricStat"];
                let [id, how, seconds] = [&part["Id"], &stat["Stat"], &stat["Period"]].map(text);
                format!(", {id}: {how} of {seconds} s of {}", named(&stat["Metric"]))
            };
            (text(&sum[0]["Expression"]) + &parts.iter().map(part).collect::<String>(), String::new())
        }
    };
    let of = text(&alarm["EvaluationPeriods"]);
    let needed = alarm.get("DatapointsToAlarm").map_or_else(|| of.clone(), text);
    let (threshold, missing) = (text(&alarm["Threshold"]), text(&alarm["TreatMissingData"]));
    format!("{watched}; {how}{sign} {threshold}, {needed} of {of}, else {missing}")
}

/// Alarms of the root stack on many metrics: starts that Lambda refused, but those of a schedule's functions that may take
/// longer than its interval; and what the table or an index of it refused.
fn on_sums(template: &Value) -> [(&'static str, String); 3] {
    let long = parvis_catalog::functions().into_iter().filter(|function| match function.trigger {
        Trigger::Schedule { every_minutes } => function.timeout_s > every_minutes * 60,
        _ => false,
    });
    let mut long: Vec<String> = long.map(|function| function.id).collect();
    long.sort();
    let filled: Vec<String> = long.iter().map(|id| format!("FILL({id}, 0)")).collect();
    let throttles = "Sum of 60 s of AWS/Lambda Throttles";
    let own = |id: &String| format!(", {id}: {throttles} of FunctionName !Sub parvis-${{Stage}}-{id}");
    let own: String = long.iter().map(own).collect();
    let room = format!("FILL(all, 0) - SUM([{}]), all: {throttles}{own}", filled.join(", "));
    let indexes = properties(template, "Table")["GlobalSecondaryIndexes"].as_sequence().expect("indexes").clone();
    let refused = |metric: &str| {
        let of = format!(
            "Sum of 60 s of AWS/DynamoDB {metric} of TableName !If - HasRestored - !Ref RestoredTable - !Ref Table"
        );
        let index = |index: &Value| text(&index["IndexName"]);
        let index = |i: &Value| format!(", of_{name}: {of} of GlobalSecondaryIndexName {name}", name = index(i));
        let own: String = indexes.iter().map(index).collect();
        format!("SUM(FILL(METRICS(), 0)), of_table: {of}{own}")
    };
    let rings = |of: String| format!("{of}; > 0, 3 of 5, else notBreaching");
    [
        ("FunctionsThrottled", rings(room)),
        ("TableReadsThrottled", rings(refused("ReadThrottleEvents"))),
        ("TableWritesThrottled", rings(refused("WriteThrottleEvents"))),
    ]
}

#[test]
fn every_alarm_rings_when_it_should() {
    let template = template();
    let found: BTreeMap<&str, String> = alarms(&template).into_iter().map(|(name, a)| (name, told(a))).collect();
    let wanted = RING.iter().map(|(name, of, when)| (*name, format!("{of}; {when}")));
    let wanted: BTreeMap<&str, String> = wanted.chain(on_sums(&template)).collect();
    assert_eq!(found, wanted);
}

/// CloudWatch takes ten metrics in an alarm at most ("Create a CloudWatch alarm based on a metric math expression").
#[test]
fn no_alarm_has_more_metrics_than_cloudwatch_takes() {
    for (name, alarm) in alarms(&template()) {
        let metrics = alarm.get("Metrics").and_then(Value::as_sequence).map_or(1, |all| all.len() - 1);
        assert!(metrics <= 10, "{name} has {metrics}");
    }
}

#[test]
fn who_is_given_up_is_counted_where_it_is_logged() {
    let template = template();
    for (filter, function) in [("NoticesLostFilter", "deliver_notice"), ("LaunchesLostFilter", "announce_launches")] {
        let filter = properties(&template, filter);
        assert_eq!(text(&filter["LogGroupName"]), format!("!Sub /parvis/${{Stage}}/{function}"));
        assert_eq!(filter["FilterPattern"], format!("{{ $.fields.message = \"{}\" }}", parvis_edge::GIVEN_UP));
        let counts = &filter["MetricTransformations"][0];
        let counts = [&counts["MetricNamespace"], &counts["MetricName"], &counts["MetricValue"]].map(text);
        assert_eq!(counts, ["!Sub Parvis/${Stage}", "NoticesLost", "1"]);
    }
}

#[test]
fn every_function_rings_when_it_fails_is_behind_or_silent() {
    let functions = parvis_catalog::functions();
    for (domain, stack) in stacks() {
        let found: BTreeMap<&str, String> = alarms(&stack).into_iter().map(|(name, a)| (name, told(a))).collect();
        let of = |name: &str| format!("of FunctionName !Ref {name}");
        let mut wanted = BTreeMap::new();
        for function in functions.iter().filter(|f| f.domain == domain) {
            let name = resource_name(&function.id);
            let fails = format!("AWS/Lambda Errors {}; Sum of 60 s > 0, 2 of 5, else notBreaching", of(&name));
            wanted.insert(format!("{name}Errors"), fails);
            match function.trigger {
                Trigger::Stream(_) => {
                    let late = format!(
                        "AWS/Lambda IteratorAge {}; Maximum of 60 s > 300000, 5 of 5, else notBreaching",
                        of(&name)
                    );
                    wanted.insert(format!("{name}Behind"), late);
                }
                Trigger::Schedule { every_minutes } => {
                    let (of, seconds) = (of(&name), every_minutes * 60);
                    // Five, and those that one long run keeps from starting.
                    let runs = 5 + (function.timeout_s - 1) / seconds;
                    let silent = format!(
                        "AWS/Lambda Invocations {of}; Sum of {seconds} s < 1, {runs} of {runs}, else breaching"
                    );
                    wanted.insert(format!("{name}Silent"), silent);
                }
                Trigger::Http(_) | Trigger::Queue(_) | Trigger::Command => {}
            }
        }
        let wanted: BTreeMap<&str, String> = wanted.iter().map(|(name, told)| (name.as_str(), told.clone())).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn every_alarm_tells_the_topic() {
    let template = template();
    let stacks = stacks();
    let root = alarms(&template).into_iter().map(|(name, alarm)| (name, alarm, "[!Ref Alarms]"));
    let own =
        stacks.iter().flat_map(|(_, stack)| alarms(stack)).map(|(name, alarm)| (name, alarm, "[!Ref AlarmTopic]"));
    let mut rings = 0;
    for (name, alarm, topic) in root.chain(own) {
        assert_eq!(alarm["AlarmActions"], yaml(topic), "{name}");
        assert_eq!(alarm.get("ActionsEnabled"), None, "{name}");
        rings += 1;
    }
    assert!(rings > RING.len() + parvis_catalog::functions().len(), "{rings}");
    let budget = properties(&template, "Budget")["NotificationsWithSubscribers"].as_sequence().expect("notifications");
    let told = |threshold: u32, of: &str| {
        yaml(&format!(
            "{{Notification: {{NotificationType: {of}, ComparisonOperator: GREATER_THAN, Threshold: {threshold}}}, \
              Subscribers: [{{SubscriptionType: SNS, Address: !Ref Alarms}}]}}"
        ))
    };
    assert_eq!(*budget, [told(80, "ACTUAL"), told(100, "FORECASTED")]);
    let limit = "{BudgetType: COST, TimeUnit: MONTHLY, BudgetLimit: {Amount: !Ref MonthlyBudgetUsd, Unit: USD}}";
    assert_eq!(properties(&template, "Budget")["Budget"], yaml(limit));
}

/// What alarms of a function are called after its name.
const KINDS: [&str; 3] = ["Errors", "Behind", "Silent"];

#[test]
fn every_alarm_is_explained_where_operators_look() {
    let operating = include_str!("../../../docs/operating.md");
    let functions = parvis_catalog::functions();
    // `DeliverNoticeErrors` is explained as `<Function>Errors`.
    let names: Vec<String> = functions.iter().map(|f: &Function| resource_name(&f.id)).collect();
    let kind = |alarm: &str| {
        let kind = names.iter().find_map(|f| alarm.strip_prefix(f.as_str()).filter(|k| KINDS.contains(k)));
        format!("<Function>{}", kind.unwrap_or_else(|| panic!("{alarm} is no alarm of a function")))
    };
    let template = template();
    let mut explained: BTreeSet<String> = alarms(&template).into_keys().map(str::to_owned).collect();
    explained.insert("Budget".to_owned());
    explained.extend(stacks().iter().flat_map(|(_, stack)| alarms(stack).into_keys().map(kind).collect::<Vec<_>>()));
    assert_eq!(explained.len(), RING.len() + on_sums(&template).len() + 1 + KINDS.len(), "{explained:?}");
    for alarm in explained {
        assert!(
            operating.contains(&format!("`{alarm}`")),
            "docs/operating.md does not say what to do when {alarm} rings"
        );
    }
}

#[test]
fn every_queue_has_an_alarm_on_its_dead_letters() {
    let template = template();
    let resources = template["Resources"].as_mapping().expect("resources");
    let dead_letters: Vec<&str> = resources
        .iter()
        .filter(|(_, r)| r["Type"] == "AWS::SQS::Queue" && r["Properties"].get("RedrivePolicy").is_none())
        .filter_map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(dead_letters.len(), Queue::ALL.len() + 1, "one per queue and one for the stream: {dead_letters:?}");
    for queue in dead_letters {
        let name = yaml(&format!("!GetAtt {queue}.QueueName"));
        let watched = alarms(&template).values().any(|alarm| alarm["Dimensions"][0]["Value"] == name);
        assert!(watched, "nothing rings when {queue} has a message");
    }
}
