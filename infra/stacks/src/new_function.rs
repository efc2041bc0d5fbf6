//! A function that exists only here becomes exactly the resources of its kind, with exactly its rights.

use parvis_edge::{
    Anyone, Change, CommandWorker, Cx, Endpoint, Failure, Function, Grant, NoContent, Problem, Queue, QueueWorker,
    Resident, Route, ScheduledWorker, StreamFilter, StreamWorker, command, endpoint, get, post, queue, schedule,
    stream,
};
use serde_norway::Value;

use crate::stack::template;

struct ReadThings;
struct ChangeThings;
struct FollowThings;
struct SendThings;
struct SweepThings;
struct CountThings;

impl Endpoint for ReadThings {
    const ROUTE: Route = get("/v1/things/{thing}");
    const SUMMARY: &'static str = "Read things";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY_PLACE];
    type Caller = Anyone;
    type Input = ();
    type Output = NoContent;
    async fn run(_: &Cx, _: Anyone, (): ()) -> Result<NoContent, Problem> {
        Ok(NoContent)
    }
}

impl Endpoint for ChangeThings {
    const ROUTE: Route = post("/v1/{commune}/things");
    const SUMMARY: &'static str = "Change things";
    const GRANTS: &'static [Grant] = &[Grant::PUT];
    type Caller = Resident;
    type Input = ();
    type Output = NoContent;
    async fn run(_: &Cx, _: Resident, (): ()) -> Result<NoContent, Problem> {
        Ok(NoContent)
    }
}

impl StreamWorker for FollowThings {
    const FILTERS: &'static [StreamFilter] = &[StreamFilter::of(&["INSERT"], &["thing"])];
    const SUMMARY: &'static str = "Follow things";
    const GRANTS: &'static [Grant] = &[Grant::UPDATE];
    async fn run(_: &Cx, _: Change) -> Result<(), Failure> {
        Ok(())
    }
}

impl QueueWorker for SendThings {
    const QUEUE: Queue = Queue::Notices;
    const SUMMARY: &'static str = "Send things";
    const GRANTS: &'static [Grant] = &[Grant::PUBLISH_SMS];
    const AT_ONCE: u32 = 7;
    type Job = String;
    async fn run(_: &Cx, _: String) -> Result<(), Failure> {
        Ok(())
    }
}

impl ScheduledWorker for SweepThings {
    const EVERY_MINUTES: u32 = 3;
    const SUMMARY: &'static str = "Sweep things";
    const GRANTS: &'static [Grant] = &[Grant::QUERY_DUE];
    async fn run(_: &Cx) -> Result<usize, Failure> {
        Ok(0)
    }
}

impl CommandWorker for CountThings {
    const SUMMARY: &'static str = "Count things";
    const GRANTS: &'static [Grant] = &[];
    type Order = String;
    async fn run(_: &Cx, _: String) -> Result<usize, Failure> {
        Ok(0)
    }
}

/// What every function's role has first: its own log, and its traces.
const OF_ALL: [&str; 2] = [
    "logs:CreateLogStream logs:PutLogEvents on Resource: !GetAtt {}Log.Arn",
    "xray:PutTraceSegments xray:PutTelemetryRecords on Resource: '*'",
];

/// The stack of one function, and the function's own properties in it.
fn stack(function: &Function, name: &str) -> (Value, Value) {
    assert_eq!(function.domain, "stacks");
    let stack: Value = serde_norway::from_str(&template("stacks", &[function])).expect("the stack is YAML");
    let own = stack["Resources"][name]["Properties"].clone();
    assert_eq!(own["Handler"], function.id.as_str());
    assert_eq!(own["FunctionName"], tagged(&format!("!Sub 'parvis-${{Stage}}-{}'", function.id)));
    assert_eq!(own["Role"], tagged(&format!("!GetAtt {name}Role.Arn")));
    (stack, own)
}

pub(crate) fn tagged(yaml: &str) -> Value {
    serde_norway::from_str(yaml).expect("YAML")
}

fn text(value: &Value) -> String {
    serde_norway::to_string(value).expect("YAML").trim().to_owned()
}

/// The names of its resources are exactly these, each after the function's own.
#[track_caller]
fn assert_resources(stack: &Value, name: &str, after: &[&str]) {
    let found: Vec<&str> =
        stack["Resources"].as_mapping().expect("resources").keys().filter_map(Value::as_str).collect();
    let wanted: Vec<String> =
        ["", "Role", "Log", "Errors"].iter().chain(after).map(|after| format!("{name}{after}")).collect();
    assert_eq!(found, wanted);
}

/// The role says exactly this: `actions on Resource: …`, beside what every role says.
#[track_caller]
fn assert_rights(stack: &Value, name: &str, wanted: &[&str]) {
    let policies = stack["Resources"][format!("{name}Role")]["Properties"]["Policies"].as_sequence().expect("policies");
    assert_eq!(policies.len(), 1);
    let statements = policies[0]["PolicyDocument"]["Statement"].as_sequence().expect("statements");
    let told = |statement: &Value| {
        let mut statement = statement.as_mapping().expect("a statement").clone();
        assert_eq!(statement.shift_remove("Effect").expect("an effect"), "Allow");
        let actions = statement.shift_remove("Action").expect("actions");
        let actions: Vec<&str> = actions.as_sequence().expect("a list").iter().filter_map(Value::as_str).collect();
        format!("{} on {}", actions.join(" "), text(&Value::Mapping(statement)))
    };
    let found: Vec<String> = statements.iter().map(told).collect();
    let of_all = OF_ALL.map(|right| right.replace("{}", name));
    let wanted: Vec<String> = of_all.into_iter().chain(wanted.iter().map(|right| (*right).to_owned())).collect();
    assert_eq!(found, wanted);
}

/// How many instances are kept free.
fn room(own: &Value) -> String {
    text(&own["ReservedConcurrentExecutions"])
}

#[test]
fn a_new_endpoint_has_a_route_and_its_rights() {
    let (stack, own) = stack(&endpoint::<ReadThings>(), "ReadThings");
    assert_resources(&stack, "ReadThings", &["Route", "Integration", "Permission"]);
    assert_rights(
        &stack,
        "ReadThings",
        &["dynamodb:GetItem on Resource: !Ref TableArn", "dynamodb:Query on Resource: !Sub ${TableArn}/index/place"],
    );
    let route = &stack["Resources"]["ReadThingsRoute"]["Properties"];
    assert_eq!((&route["RouteKey"], &route["AuthorizationType"]), (&"GET /v1/things/{thing}".into(), &"NONE".into()));
    assert_eq!(own.get("Events"), None);
    assert_eq!(own.get("ReservedConcurrentExecutions"), None);
}

#[test]
fn a_new_endpoint_for_residents_is_behind_the_authorizer_and_may_read_the_commune_and_count_the_call() {
    let (stack, _) = stack(&endpoint::<ChangeThings>(), "ChangeThings");
    let route = &stack["Resources"]["ChangeThingsRoute"]["Properties"];
    assert_eq!((&route["AuthorizationType"], &route["AuthorizerId"]), (&"JWT".into(), &tagged("!Ref Authorizer")));
    let rights = "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on Resource: !Ref TableArn";
    assert_rights(&stack, "ChangeThings", &[rights]);
}

#[test]
fn a_new_stream_worker_reads_the_stream_and_tells_when_it_is_behind() {
    let (stack, own) = stack(&stream::<FollowThings>(), "FollowThings");
    assert_resources(&stack, "FollowThings", &["Behind"]);
    assert_rights(
        &stack,
        "FollowThings",
        &[
            "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator on Resource: !Ref StreamArn",
            "dynamodb:ListStreams on Resource: '*'",
            "s3:ListBucket on Resource: !Sub arn:${AWS::Partition}:s3:::${LettersBucket}",
            "s3:PutObject on Resource: !Sub arn:${AWS::Partition}:s3:::${LettersBucket}/*",
            "dynamodb:UpdateItem on Resource: !Ref TableArn",
        ],
    );
    let source = &own["Events"]["Stream"]["Properties"];
    assert_eq!(source["Stream"], tagged("!Ref StreamArn"));
    assert_eq!((&source["BisectBatchOnFunctionError"], source.get("FunctionResponseTypes")), (&true.into(), None));
    let letters = &source["DestinationConfig"]["OnFailure"];
    assert_eq!(letters["Destination"], tagged("!Sub arn:${AWS::Partition}:s3:::${LettersBucket}"));
    assert_eq!(room(&own), "!If\n- KeepsRoom\n- 20\n- !Ref AWS::NoValue");
}

#[test]
fn a_new_queue_worker_reads_its_queue_with_as_many_hands_as_it_has_room_for() {
    let (stack, own) = stack(&queue::<SendThings>(), "SendThings");
    assert_resources(&stack, "SendThings", &[]);
    assert_rights(
        &stack,
        "SendThings",
        &[
            "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on Resource: !Ref NoticeQueueArn",
            "sns:Publish on NotResource: !Sub arn:${AWS::Partition}:sns:*:*:*",
        ],
    );
    let source = &own["Events"]["Queue"]["Properties"];
    assert_eq!(source["Queue"], tagged("!Ref NoticeQueueArn"));
    assert_eq!(source["ScalingConfig"]["MaximumConcurrency"], 7);
    assert_eq!(room(&own), "!If\n- KeepsRoom\n- 7\n- !Ref AWS::NoValue");
}

#[test]
fn a_new_schedule_runs_once_at_a_time_and_rings_when_it_does_not_run() {
    let (stack, own) = stack(&schedule::<SweepThings>(), "SweepThings");
    assert_resources(&stack, "SweepThings", &["Silent"]);
    assert_rights(&stack, "SweepThings", &["dynamodb:Query on Resource: !Sub ${TableArn}/index/due"]);
    let scheduled = &own["Events"]["Schedule"]["Properties"];
    assert_eq!(scheduled["ScheduleExpression"], "rate(3 minutes)");
    assert_eq!(scheduled["Name"], tagged("!Sub parvis-${Stage}-sweep_things"));
    assert_eq!(own["EventInvokeConfig"]["MaximumRetryAttempts"], 0);
    assert_eq!(room(&own), "!If\n- KeepsRoom\n- 1\n- !Ref AWS::NoValue");
    let silent = &stack["Resources"]["SweepThingsSilent"]["Properties"];
    assert_eq!((&silent["Period"], &silent["TreatMissingData"]), (&180.into(), &"breaching".into()));
}

#[test]
fn a_new_command_is_called_by_nothing_and_may_do_nothing_beyond_its_grants() {
    let (stack, own) = stack(&command::<CountThings>(), "CountThings");
    assert_resources(&stack, "CountThings", &[]);
    assert_rights(&stack, "CountThings", &[]);
    assert_eq!(own.get("Events"), None);
}

#[test]
fn a_grant_taken_away_is_gone_from_the_role() {
    let mut function = endpoint::<ReadThings>();
    function.grants.retain(|grant| *grant != Grant::QUERY_PLACE);
    let (stack, _) = stack(&function, "ReadThings");
    assert_rights(&stack, "ReadThings", &["dynamodb:GetItem on Resource: !Ref TableArn"]);
}
