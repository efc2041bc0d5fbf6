//! One nested stack per domain: its functions, and for each its role, log group, alarm and what calls it.

use parvis_edge::Function;

use crate::parameters;
use crate::statements;
use crate::trigger;

/// CloudFormation's limit.
const MOST_RESOURCES: usize = 500;
/// Values that CloudFormation looks up for a template ("Dynamic references per template").
#[cfg(test)]
const MOST_REFERENCES: usize = 60;

/// The template of one domain.
pub(crate) fn template(domain: &str, functions: &[&Function]) -> String {
    let environment: String =
        parameters::ENVIRONMENT.iter().map(|(name, value)| format!("        {name}: {value}\n")).collect();
    let resources: String = functions.iter().map(|f| resources(f)).collect();
    debug_assert!(resources.matches("    Type: AWS::").count() <= MOST_RESOURCES);
    let body = format!(
        "Globals:
  Function:
    Runtime: provided.al2023
    Architectures: [!Ref Architecture]
    Tracing: Active
    Environment:
      Variables:
{environment}
Resources:
{resources}"
    );
    format!(
        "# Made from functions/{domain} by `cargo xtask sync`: change it there.
AWSTemplateFormatVersion: \"2010-09-09\"
Transform: AWS::Serverless-2016-10-31
Description: \"Parvis: the functions of the domain {domain}\"
# Every stack takes the same parameters, used or not.
Metadata: {{cfn-lint: {{config: {{ignore_checks: [W2001, W8001]}}}}}}

{}
Conditions:
  KeepsRoom: !Equals [!Ref ReserveConcurrency, \"true\"]

{body}",
        parameters::section(domain)
    )
}

// `CodeUri` is not in `Globals`: `sam build` moves the templates and corrects only the paths that it finds at a function.
fn resources(function: &Function) -> String {
    let Function { id, domain, summary, memory_mb, timeout_s, trigger, .. } = function;
    let name = resource_name(id);
    format!(
        "  {name}:
    Type: AWS::Serverless::Function
    Metadata: {{SkipBuild: true}}
    Properties:
      FunctionName: !Sub \"parvis-${{Stage}}-{id}\"
      Description: {summary}
      CodeUri: ../../target/lambda/{domain}
      Handler: {id}
      MemorySize: {memory_mb}
      Timeout: {timeout_s}
{room}      Role: !GetAtt {name}Role.Arn
      LoggingConfig: {{LogGroup: !Ref {name}Log}}
{events}  {name}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: {{Service: lambda.amazonaws.com}}}}]
      Policies:
        - PolicyName: grants
          PolicyDocument:
            Version: \"2012-10-17\"
            Statement:
{logs}{tracing}{source}{grants}  {name}Log:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      LogGroupName: !Sub \"/parvis/${{Stage}}/{id}\"
      RetentionInDays: !Ref LogDays
  {name}Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: \"{id} fails\"
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{{Name: FunctionName, Value: !Ref {name}}}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 5
      DatapointsToAlarm: 2
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref AlarmTopic]
{beside}",
        summary = serde_json::Value::from(*summary),
        events = trigger::events(function),
        logs = statements::statement(
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            &[format!("Resource: !GetAtt {name}Log.Arn")],
            STATEMENTS
        ),
        // X-Ray knows no resources.
        tracing = statements::statement(
            &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            &["Resource: \"*\"".to_owned()],
            STATEMENTS
        ),
        room = function.at_once.map(room).unwrap_or_default(),
        source = trigger::source_statements(trigger, STATEMENTS),
        grants = statements::of(&function.grants, STATEMENTS),
        beside = trigger::resources(function),
    )
}

/// A young account has no room to keep free: Lambda demands that 100 instances stay for everybody.
fn room(at_once: u32) -> String {
    format!("      ReservedConcurrentExecutions: !If [KeepsRoom, {at_once}, !Ref \"AWS::NoValue\"]\n")
}

/// How deep a role's statements are indented.
const STATEMENTS: usize = 14;

/// `create_report` -> `CreateReport`.
pub(crate) fn resource_name(id: &str) -> String {
    id.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domains;

    /// An account has 1,000 instances unless it asked for more, two stages may share it, and residents come first.
    const MOST_KEPT: u32 = 250;

    #[test]
    fn every_domain_fits_in_a_stack_and_every_summary_in_a_description() {
        let all = parvis_catalog::functions();
        for domain in domains(&all) {
            let own: Vec<&Function> = all.iter().filter(|f| f.domain == domain).collect();
            let text = template(&domain, &own);
            let count = text.matches("\n    Type: AWS::").count();
            assert!(count <= MOST_RESOURCES, "{domain} has {count} resources, at most {MOST_RESOURCES}");
            // SAM copies what is in `Globals` to every function.
            let looked_up = text.matches("{{resolve:").count() * own.len();
            assert!(looked_up <= MOST_REFERENCES, "{domain} looks up {looked_up} values, at most {MOST_REFERENCES}");
        }
        for function in &all {
            assert!(function.summary.len() <= 256, "{}: Lambda's description takes 256 characters", function.id);
        }
    }

    #[test]
    fn no_role_of_an_endpoint_has_a_wildcard_resource_but_for_its_traces() {
        let all = parvis_catalog::functions();
        for function in all.iter().filter(|f| f.http().is_some()) {
            let text = resources(function).replace("PutTelemetryRecords]\n                Resource: \"*\"", "");
            assert!(!text.contains("\"*\""), "{}: {text}", function.id);
        }
    }

    #[test]
    fn the_room_that_workers_keep_leaves_more_for_everybody_else() {
        let kept: u32 = parvis_catalog::functions().iter().filter_map(|f| f.at_once).sum();
        assert!(kept <= MOST_KEPT, "workers keep {kept} instances free, at most {MOST_KEPT}");
        let about = (kept + 5) / 10 * 10;
        let operating = include_str!("../../../docs/operating.md");
        assert!(
            operating.contains(&format!("Workers keep some {about} instances")),
            "docs/operating.md names another number than {kept}"
        );
    }

    #[test]
    fn resources_are_named_like_the_types() {
        assert_eq!(resource_name("create_report"), "CreateReport");
    }
}
