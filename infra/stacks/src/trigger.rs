//! What calls a function: a route of the HTTP API, or an event source with what it may read.

use parvis_edge::{Function, Http, Queue, StreamFilter, Trigger};

use crate::stack::resource_name;
use crate::statements::statement;

/// After this many tries a stream record goes to the dead letters, and the ones behind it go on.
pub(crate) const STREAM_RETRIES: u32 = 10;

/// A schedule that missed this many runs is not merely late.
const MISSED_RUNS: u32 = 5;

/// The function's `Events` (six spaces deep), or nothing for endpoints: SAM's `HttpApi` event demands that the API is in the
/// same template, so [`resources`] spells the route out.
pub(crate) fn events(function: &Function) -> String {
    match &function.trigger {
        Trigger::Http(_) | Trigger::Command => String::new(),
        Trigger::Stream(filters) => stream(filters),
        Trigger::Queue(queue) => format!(
            "      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !Ref {}
            BatchSize: 10
            FunctionResponseTypes: [ReportBatchItemFailures]
{}",
            queue_arn(*queue),
            function.at_once.map(pollers).unwrap_or_default()
        ),
        Trigger::Schedule { every_minutes } => schedule(&function.id, *every_minutes),
    }
}

/// The next run does what this one could not, so nothing repeats a run: the scheduler not the call, Lambda not the work
/// (calls from the scheduler are asynchronous, and Lambda would repeat them twice). Named, because SAM would call it alike in
/// every stage of an account, and only one can have a name.
fn schedule(id: &str, every_minutes: u32) -> String {
    let unit = if every_minutes == 1 { "minute" } else { "minutes" };
    format!(
        "      Events:
        Schedule:
          Type: ScheduleV2
          Properties:
            Name: !Sub \"parvis-${{Stage}}-{id}\"
            ScheduleExpression: rate({every_minutes} {unit})
            RetryPolicy: {{MaximumRetryAttempts: 0}}
      EventInvokeConfig: {{MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60}}
"
    )
}

/// Not more batches under way than there are instances for: a message that Lambda took from the queue and could not hand
/// over counts as tried.
fn pollers(at_once: u32) -> String {
    format!("            ScalingConfig: {{MaximumConcurrency: {at_once}}}\n")
}

/// No `ReportBatchItemFailures`: of a batch whose first record is named as failed all of it would be tried again, and after the
/// last try all of it given up (docs/decisions/0037-a-record-that-fails.md).
fn stream(filters: &[StreamFilter]) -> String {
    let patterns: String =
        filters.iter().flat_map(patterns).map(|p| format!("                - Pattern: '{p}'\n")).collect();
    format!(
        "      Events:
        Stream:
          Type: DynamoDB
          Properties:
            Stream: !Ref StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 100
            MaximumRetryAttempts: {STREAM_RETRIES}
            BisectBatchOnFunctionError: true
            DestinationConfig: {{OnFailure: {{Type: S3, Destination: !Sub \"arn:${{AWS::Partition}}:s3:::${{LettersBucket}}\"}}}}
            FilterCriteria:
              Filters:
{patterns}"
    )
}

/// The filter as event patterns; any of them admits a record. A removal has only an old image.
fn patterns(filter: &StreamFilter) -> Vec<String> {
    let of = |image: &str, events: Vec<&str>| {
        (!events.is_empty()).then(|| {
            let mut item = serde_json::json!({"type": {"S": filter.types}});
            if let Some(state) = filter.state {
                item["data"] = serde_json::json!({"M": {"state": {"M": {"name": {"S": [state]}}}}});
            }
            serde_json::json!({"eventName": events, "dynamodb": {image: item}}).to_string()
        })
    };
    let (removals, rest): (Vec<&str>, Vec<&str>) = filter.events.iter().copied().partition(|e| *e == "REMOVE");
    [of("NewImage", rest), of("OldImage", removals)].into_iter().flatten().collect()
}

/// What Lambda itself does in the function's name to read its source, as statements.
pub(crate) fn source_statements(trigger: &Trigger, indent: usize) -> String {
    let resource = |of: &str| vec![format!("Resource: {of}")];
    match trigger {
        Trigger::Stream(_) => [
            statement(
                &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                &resource("!Ref StreamArn"),
                indent,
            ),
            // ListStreams knows no resources.
            statement(&["dynamodb:ListStreams"], &resource("\"*\""), indent),
            // What it gives up on. To list the bucket is what Lambda asks for beside writing to it.
            statement(&["s3:ListBucket"], &resource(&letters("")), indent),
            statement(&["s3:PutObject"], &resource(&letters("/*")), indent),
        ]
        .concat(),
        Trigger::Queue(queue) => statement(
            &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            &resource(&format!("!Ref {}", queue_arn(*queue))),
            indent,
        ),
        Trigger::Http(_) | Trigger::Schedule { .. } | Trigger::Command => String::new(),
    }
}

fn letters(objects: &str) -> String {
    format!("!Sub \"arn:${{AWS::Partition}}:s3:::${{LettersBucket}}{objects}\"")
}

/// The resources beside the function that its trigger needs.
pub(crate) fn resources(function: &Function) -> String {
    let Function { id, trigger, .. } = function;
    let name = resource_name(id);
    match trigger {
        Trigger::Http(http) => route(&name, http),
        Trigger::Stream(_) => format!(
            "  {name}Behind:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: \"{id} is more than 5 minutes behind the table's stream\"
      Namespace: AWS/Lambda
      MetricName: IteratorAge
      Dimensions: [{{Name: FunctionName, Value: !Ref {name}}}]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 5
      Threshold: 300000
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
"
        ),
        Trigger::Schedule { every_minutes } => silent(function, *every_minutes),
        Trigger::Queue(_) | Trigger::Command => String::new(),
    }
}

/// Intervals without a start after which a schedule does not run: while a run takes longer than its interval, the next one is
/// refused and counts as none.
fn silence(every_minutes: u32, timeout_s: u32) -> u32 {
    MISSED_RUNS + (timeout_s - 1) / (every_minutes * 60)
}

/// Rings when a schedule does not run: nothing else would notice that a safety net is gone.
fn silent(Function { id, timeout_s, .. }: &Function, every_minutes: u32) -> String {
    let (name, runs) = (resource_name(id), silence(every_minutes, *timeout_s));
    format!(
        "  {name}Silent:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: \"{id} has not run for {runs} times its interval\"
      Namespace: AWS/Lambda
      MetricName: Invocations
      Dimensions: [{{Name: FunctionName, Value: !Ref {name}}}]
      Statistic: Sum
      Period: {}
      EvaluationPeriods: {runs}
      Threshold: 1
      ComparisonOperator: LessThanThreshold
      TreatMissingData: breaching
      AlarmActions: [!Ref AlarmTopic]
",
        every_minutes * 60
    )
}

fn route(name: &str, http: &Http) -> String {
    let (method, path) = (http.route.method.as_str(), http.route.path);
    let guard = match http.access.needs_token() {
        true => "      AuthorizationType: JWT\n      AuthorizerId: !Ref Authorizer\n",
        false => "      AuthorizationType: NONE\n",
    };
    let any: String = path.split('/').map(|s| if s.starts_with('{') { "*" } else { s }).collect::<Vec<_>>().join("/");
    format!(
        "  {name}Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref HttpApi
      RouteKey: \"{method} {path}\"
{guard}      Target: !Sub \"integrations/${{{name}Integration}}\"
  {name}Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref HttpApi
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt {name}.Arn
      PayloadFormatVersion: \"2.0\"
      TimeoutInMillis: 29000
  {name}Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref {name}
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub \"arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{HttpApi}}/*/{method}{any}\"
"
    )
}

/// Parameter that carries a queue's ARN.
fn queue_arn(queue: Queue) -> &'static str {
    match queue {
        Queue::Notices => "NoticeQueueArn",
        Queue::Photos => "PhotoQueueArn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removal_is_matched_by_its_old_image() {
        let filter = StreamFilter::of(&["INSERT", "REMOVE"], &["report"]);
        assert_eq!(
            patterns(&filter),
            [
                r#"{"dynamodb":{"NewImage":{"type":{"S":["report"]}}},"eventName":["INSERT"]}"#,
                r#"{"dynamodb":{"OldImage":{"type":{"S":["report"]}}},"eventName":["REMOVE"]}"#,
            ]
        );
    }

    #[test]
    fn a_state_is_matched_where_items_have_it() {
        let filter = StreamFilter { state: Some("sent"), ..StreamFilter::of(&["MODIFY"], &["notice"]) };
        let image = r#"{"data":{"M":{"state":{"M":{"name":{"S":["sent"]}}}}},"type":{"S":["notice"]}}"#;
        assert_eq!(patterns(&filter), [format!(r#"{{"dynamodb":{{"NewImage":{image}}},"eventName":["MODIFY"]}}"#)]);
    }

    #[test]
    fn a_schedule_of_one_minute_is_in_the_singular_as_the_scheduler_wants_it() {
        assert!(schedule("a", 1).contains("rate(1 minute)\n"));
        assert!(schedule("a", 5).contains("rate(5 minutes)\n"));
    }
}
